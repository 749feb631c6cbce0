import { existsSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { minify } from "../sdk/bundle/minified.mjs";
import { unspoken } from "../sdk/bundle/unspoken.mjs";
import { BESIDE as FINDER, partOf, scriptOf } from "./bundle/handed-over.mjs";
import { INTERNAL_NAMES } from "./bundle/internal-names.mjs";
import { shortPrivates } from "./bundle/private-names.mjs";
import { shortStyleNames, smallTemplates } from "./bundle/templates.mjs";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SDK = here("../sdk/dist/index.js");
const ELEMENT = "\0element";
/** The modules of what only some people need, or not at once, which may have styles of their own; see docs/decisions/parts-on-demand.md. */
const PARTS = [
  "moderation/moderation",
  "composer/completer",
  "members/people",
  "message/toolbar",
  "pins/pins",
  "banner/trouble",
  "banner/banner",
  "shut-out",
  "launcher/corner",
  "launcher/launcher",
];

if (!existsSync(here("dist/index.js"))) {
  console.error("The widget is not compiled: run `npm run build` in the root of the repository.");
  process.exit(1);
}

/**
 * The SDK as it was compiled, and not its package's own bundle: both are made small as one.
 *
 * @type {import("rollup").Plugin}
 */
const wholeSdk = {
  name: "whole-sdk",
  resolveId: (id) => (id === "@natter/sdk" ? SDK : null),
};

/**
 * @see bundle/lit-styles.mjs
 * @type {import("rollup").Plugin}
 */
const modernStyles = {
  name: "modern-styles",
  resolveId: (id) => (id === "./css-tag.js" ? here("bundle/lit-styles.mjs") : null),
};

/**
 * TypeScript wraps the address of a dynamic import in a helper, for addresses of sources; ours are of files that
 * are built.
 *
 * @type {import("rollup").Plugin}
 */
const plainImports = {
  name: "plain-imports",
  transform(code) {
    const helper = /^var __rewriteRelativeImportExtension = [\s\S]*?^\};\n/m;
    if (!helper.test(code)) return null;
    const call = /__rewriteRelativeImportExtension\(((?:\/\*.*?\*\/|[^()])*)\)/g;
    return { code: code.replace(helper, "").replaceAll(call, "$1"), map: null };
  },
};

/**
 * Puts what is alike side by side, where a compressor finds it: it looks back over 32 KiB, and the styles of all
 * parts would lie over four times as much. The order in which modules without side effects run is nobody's.
 *
 * @type {import("rollup").Plugin}
 */
const alikeTogether = {
  name: "alike-together",
  resolveId: (id) => (id === ELEMENT ? id : null),
  load(id) {
    if (id !== ELEMENT) return null;
    const files = readdirSync(here("dist"), { recursive: true, encoding: "utf8" });
    const ofParts = new Set(PARTS.map((part) => `${part}.styles.js`));
    const isOthers = (/** @type {string} */ file) => ofParts.has(file) || file.startsWith("admin/");
    const styles = files.filter((file) => file.endsWith(".styles.js") && !isOthers(file)).toSorted();
    const first = [...styles.map((file) => here(`dist/${file}`)), here("dist/strings/en.js"), SDK];
    const imports = ["lit", ...first].map((path) => `import ${JSON.stringify(path)};`);
    return [
      ...imports,
      `export * from ${JSON.stringify(here("dist/index.js"))};`,
      `export { ${FINDER} } from ${JSON.stringify(here("dist/beside.js"))};`,
    ].join("\n");
  },
};

/** What the element fetches from beside its file when it is needed, and how that is called there. */
const BESIDE = { "memory.js": "chat-room-memory.js", "doctor.js": "chat-room-doctor.js" };

/** @param {string} id */
const nameBeside = (id) => Object.entries(BESIDE).find(([module]) => id === here(`dist/${module}`))?.[1];

/**
 * Makes a script and its parts small together: what has a short name in one has it in all.
 *
 * @type {import("rollup").Plugin}
 */
const small = {
  name: "small",
  async generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
    const parse = (/** @type {string} */ code) => this.parse(code);
    handOver(chunks, parse);
    const programs = chunks.map(({ code }) => parse(code));
    const names = unspoken(programs, INTERNAL_NAMES);
    /** @type {Map<string, string>} */
    const styleNames = new Map();
    let props = {};
    for (const chunk of chunks) {
      const cache = { props };
      const { code } = await minify(chunk.code, names, cache);
      ({ props } = cache);
      chunk.code = shortStyleNames(shortPrivates(code), styleNames);
    }
  },
};

/**
 * @param {import("rollup").OutputChunk[]} chunks
 * @param {import("./bundle/handed-over.mjs").Parse} parse
 */
function handOver([script, ...parts], parse) {
  if (!script || parts.length === 0) return;
  const shared = new Set(parts.flatMap((part) => part.importedBindings[script.fileName] ?? []));
  const files = parts.map(({ fileName }) => fileName);
  script.code = scriptOf(script, files, [...shared], parse);
  for (const part of parts) part.code = partOf(part, script.fileName, parse);
}

/**
 * One file for a page to load, with everything inside but what it fetches when somebody needs it.
 *
 * @param {string} from
 * @param {string} file
 * @returns {import("rollup").RollupOptions}
 */
const oneFile = (from, file) => ({
  input: from,
  external: (id) => from === ELEMENT && nameBeside(id) !== undefined,
  preserveEntrySignatures: "allow-extension",
  output: {
    dir: dirname(file),
    entryFileNames: basename(file),
    chunkFileNames: (chunk) => `parts/${basename(chunk.facadeModuleId ?? "shared.js")}`,
    format: "es",
    sourcemap: false,
    paths: (id) => `./${nameBeside(id)}`,
  },
  plugins: [
    alikeTogether,
    wholeSdk,
    modernStyles,
    plainImports,
    smallTemplates((id) => id.startsWith(here("dist/"))),
    // Only published conditions: `source` is TypeScript and `development` is Lit with its warnings.
    nodeResolve({ browser: true, exportConditions: ["production"] }),
    small,
  ],
  onwarn(warning) {
    // What is unresolved or circular here would break, or grow, a page that cannot tell us.
    throw new Error(warning.message);
  },
});

/**
 * The relay's admin page. Its members keep their names: they are those of what the relay answers.
 *
 * @type {import("rollup").RollupOptions}
 */
const admin = {
  input: here("dist/admin/index.js"),
  output: { file: here("dist/bundle/admin.js"), format: "es", sourcemap: false },
  plugins: [
    modernStyles,
    smallTemplates((id) => id.startsWith(here("dist/"))),
    nodeResolve({ browser: true, exportConditions: ["production"] }),
    { name: "minified", renderChunk: (code) => minify(code, []) },
  ],
  onwarn(warning) {
    throw new Error(warning.message);
  },
};

/** The languages: everything in the folder that exports one under its own name. */
const languages = readdirSync(here("dist/strings")).flatMap(
  (file) => /^([a-z]{2})\.js$/.exec(file)?.[1] ?? [],
);

/** The element with Lit and the SDK, what it fetches, and the SDK alone for pages that draw their own room. */
export default [
  oneFile(SDK, here("dist/bundle/natter-sdk.js")),
  oneFile(ELEMENT, here("dist/bundle/chat-room.js")),
  admin,
  ...Object.entries(BESIDE).map(([module, file]) =>
    oneFile(here(`dist/${module}`), here(`dist/bundle/${file}`)),
  ),
  ...languages
    .filter((code) => code !== "en")
    .map((code) => oneFile(here(`dist/strings/${code}.js`), here(`dist/bundle/strings/${code}.js`))),
];
