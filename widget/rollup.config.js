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
 * One file for a page to load, with everything inside.
 *
 * @param {string} from
 * @param {string} file
 * @returns {import("rollup").RollupOptions}
 */
const oneFile = (from, file) => ({
  input: from,
  // What tsc emits for a decorator looks for a helper on the `this` of the module, of which there is none.
  context: "({})",
  output: { file, format: "es", sourcemap: false, inlineDynamicImports: true },
  plugins: [
    // Only published conditions: `source` is TypeScript and `development` is Lit with its warnings.
    nodeResolve({ browser: true, exportConditions: ["production"] }),
    terser({ ecma: 2022, module: true, format: { comments: false } }),
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
