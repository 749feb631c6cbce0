import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { customElements } from "./custom-elements.mjs";
import { describeElements } from "./describe.mjs";
import { webTypes } from "./web-types.mjs";

const PACKAGE = new URL("../package.json", import.meta.url);

/**
 * The files that tell tools of the elements, by their path: what they say by now.
 *
 * @returns {Promise<Map<string, string>>}
 */
export async function manifestFiles() {
  const { version } = /** @type {{ version: string }} */ (JSON.parse(readFileSync(PACKAGE, "utf8")));
  const elements = describeElements();
  const files = new Map();
  for (const [name, content] of [
    ["custom-elements.json", customElements(elements)],
    ["web-types.json", webTypes(elements, version)],
  ]) {
    const path = fileURLToPath(new URL(`../${/** @type {string} */ (name)}`, import.meta.url));
    const options = await resolveConfig(path);
    files.set(path, await format(JSON.stringify(content, null, 2), { ...options, filepath: path }));
  }
  return files;
}
