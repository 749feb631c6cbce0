import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const input = here("dist/index.js");

if (!existsSync(input)) {
  console.error("The widget is not compiled: run `npm run build` in the root of the repository.");
  process.exit(1);
}

/**
 * Styles are text to a minifier; their comments and white space are not needed in a page.
 *
 * @type {import("rollup").Plugin}
 */
const smallStyles = {
  name: "small-styles",
  transform(code, id) {
    if (!id.startsWith(here("dist/")) || !code.includes("css `")) return null;
    const small = code.replace(/css `([^`]*)`/g, (_, css) => {
      const bare = css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s+/g, " ");
      return `css \`${bare
        .replace(/ ?([{};,>]) ?/g, "$1")
        .replace(/: /g, ":")
        .replace(/;}/g, "}")
        .trim()}\``;
    });
    return { code: small, map: null };
  },
};

/**
 * After minification the only line breaks are those inside templates, where one space does as well.
 *
 * @type {import("rollup").Plugin}
 */
const smallTemplates = {
  name: "small-templates",
  renderChunk: (code) => ({ code: code.replace(/\n\s*/g, " "), map: null }),
};

/**
 * One file for a page to load, with everything inside.
 *
 * @param {string} from
 * @param {string} file
 * @returns {import("rollup").RollupOptions}
 */
const oneFile = (from, file) => ({
  input: from,
  output: { file, format: "es", sourcemap: false, inlineDynamicImports: true },
  plugins: [
    smallStyles,
    // Only published conditions: `source` is TypeScript and `development` is Lit with its warnings.
    nodeResolve({ browser: true, exportConditions: ["production"] }),
    terser({ ecma: 2022, module: true, compress: { passes: 2 }, format: { comments: false } }),
    smallTemplates,
  ],
  onwarn(warning) {
    // What is unresolved or circular here would break, or grow, a page that cannot tell us.
    throw new Error(warning.message);
  },
});

/** The element with Lit and the SDK, and the SDK alone for pages that draw their own room. */
export default [
  oneFile(fileURLToPath(import.meta.resolve("@natter/sdk")), here("dist/bundle/natter-sdk.js")),
  oneFile(input, here("dist/bundle/chat-room.js")),
];
