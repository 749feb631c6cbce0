import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SDK_NAMES } from "./bundle/internal-names.mjs";
import { minified } from "./bundle/minified.mjs";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * What was compiled, together with the way back to what was written.
 *
 * @type {import("rollup").Plugin}
 */
const compiled = {
  name: "compiled",
  load: (id) => ({ code: readFileSync(id, "utf8"), map: readFileSync(`${id}.map`, "utf8") }),
};

/**
 * The client as the package offers it: one file, minified, with a map that leads errors and debuggers back to the
 * sources. `chat-error.js` stays a file of its own, because the package's other entries throw the same class.
 *
 * @type {import("rollup").RollupOptions}
 */
export default {
  input: here("dist/index.js"),
  external: [here("dist/chat-error.js")],
  output: { file: here("dist/client.js"), format: "es", sourcemap: true },
  plugins: [compiled, minified(SDK_NAMES)],
  onwarn(warning) {
    throw new Error(warning.message);
  },
};
