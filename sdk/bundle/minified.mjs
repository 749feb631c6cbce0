import * as terser from "terser";
import { unspoken } from "./unspoken.mjs";

/** @type {import("terser").MinifyOptions} */
const OPTIONS = {
  ecma: 2022,
  module: true,
  compress: {
    passes: 3,
    // Our arrows replace no constructors, and our getters only look.
    unsafe_arrows: true,
    pure_getters: true,
  },
  format: { comments: false },
};

/**
 * Makes a bundle small, the names of its internal members too.
 *
 * @param {readonly string[]} internalNames names of members that nobody outside of the bundle can see
 * @returns {import("rollup").Plugin}
 */
export function minified(internalNames) {
  return {
    name: "minified",
    async renderChunk(code, _chunk, { sourcemap }) {
      const names = unspoken(this.parse(code), internalNames);
      return minify(code, names, undefined, sourcemap !== false);
    },
  };
}

/**
 * @param {string} code
 * @param {readonly string[]} names members that may have other names
 * @param {object} [nameCache] keeps those names, for another file that uses them too
 * @param {boolean} [withMap]
 */
export async function minify(code, names, nameCache, withMap = false) {
  const mangle = names.length > 0 && { properties: { regex: new RegExp(`^(?:${names.join("|")})$`) } };
  const { code: small = "", map } = await terser.minify(code, {
    ...OPTIONS,
    mangle: mangle || true,
    ...(nameCache && { nameCache }),
    ...(withMap && { sourceMap: true }),
  });
  return { code: small, map: typeof map === "string" ? map : null };
}
