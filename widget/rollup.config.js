import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";

const input = fileURLToPath(new URL("dist/index.js", import.meta.url));
const file = fileURLToPath(new URL("dist/bundle/chat-room.js", import.meta.url));

if (!existsSync(input)) {
  console.error("The widget is not compiled: run `npm run build` in the root of the repository.");
  process.exit(1);
}

/** The one file that a page loads: what tsc emitted, with Lit and the SDK inside. */
export default /** @type {import("rollup").RollupOptions} */ ({
  input,
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
