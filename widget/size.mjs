// Holds the sizes that the project promises; see docs/SDK.md and docs/EMBEDDING.md.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { minify } from "terser";

const SDK = fileURLToPath(new URL("../sdk/dist/client.js", import.meta.url));
const BUNDLE = bundled("chat-room.js");
/** What a page fetches only when it is needed. */
const PARTS = existsSync(bundled("parts"))
  ? readdirSync(bundled("parts")).map((name) => bundled(`parts/${name}`))
  : [];
/** What only operators fetch. */
const ADMIN = bundled("admin.js");
const KIB = 1024;

for (const file of [SDK, BUNDLE, ADMIN, ...PARTS]) {
  if (!existsSync(file)) fail(["There is nothing to measure yet: run `npm run build` first."]);
}

const sdk = await bundleSdk();
const rows = [
  // The goals are what is promised; neither is reached yet, and the limits see to it that nothing grows meanwhile.
  measure("@natter/sdk", sdk.code, { goal: 8 * KIB, limit: 10.55 * KIB }),
  measure("chat-room.js", readFileSync(BUNDLE, "utf8"), { goal: 40 * KIB, limit: 46.5 * KIB }),
  measure("admin.js", readFileSync(ADMIN, "utf8"), { goal: 20 * KIB, limit: 19.5 * KIB }),
  ...PARTS.map((file) =>
    measure(basename(file), readFileSync(file, "utf8"), { goal: 3 * KIB, limit: 3 * KIB }),
  ),
];
const faults = [
  ...rows.filter((row) => row.gzip > row.limit).map(({ name }) => `${name} is over its limit.`),
  ...sdk.imports.map(
    (name) => `@natter/sdk still imports "${name}"; it must have no dependency at run time.`,
  ),
  ...sdk.modules
    .filter(isForeign)
    .map((id) => `@natter/sdk takes in a module of another package: ${shorten(id)}`),
];

console.log("bundle            minified       gzip       goal      limit");
for (const { name, minified, gzip, goal, limit } of rows) {
  const sizes = [minified, gzip, goal, limit].map((size) => String(size).padStart(11)).join("");
  console.log(`${name.padEnd(14)}${sizes}${gzip > goal ? "  over its goal" : ""}`);
}
if (faults.length > 0) fail(faults);

/** @param {string} name */
function bundled(name) {
  return fileURLToPath(new URL(`dist/bundle/${name}`, import.meta.url));
}

/** The SDK's client entry as a site's bundler takes it in. */
async function bundleSdk() {
  const bundle = await rollup({
    input: SDK,
    plugins: [nodeResolve({ browser: true, exportConditions: ["production"] })],
  });
  const { output } = await bundle.generate({ format: "es", inlineDynamicImports: true });
  await bundle.close();
  const [chunk] = output;
  const { code = "" } = await minify(chunk.code, {
    ecma: 2022,
    module: true,
    format: { comments: false },
  });
  const modules = Object.entries(chunk.modules)
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id);
  return { code, imports: [...chunk.imports, ...chunk.dynamicImports], modules };
}

/**
 * @param {string} name
 * @param {string} code
 * @param {{ goal: number, limit: number }} bounds
 */
function measure(name, code, bounds) {
  return { name, minified: Buffer.byteLength(code), gzip: gzipSync(code, { level: 9 }).length, ...bounds };
}

/** @param {string} id */
function isForeign(id) {
  return id.includes("/node_modules/");
}

/** @param {string} id */
function shorten(id) {
  return id.slice(id.lastIndexOf("/node_modules/") + "/node_modules/".length);
}

/**
 * @param {string[]} sentences
 * @returns {never}
 */
function fail(sentences) {
  for (const sentence of sentences) console.error(sentence);
  process.exit(1);
}
