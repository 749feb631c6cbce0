// `npm run simulate -- --seeds 2000 [--seed 1]`: more worlds than `npm test` has time for, or one again.
// `npm run simulate -- --mutations`: breaks the product on purpose, once per line, and shows who notices.
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tryMutations } from "./mutate.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: { seeds: { type: "string" }, seed: { type: "string" }, mutations: { type: "boolean" } },
});

const first = number(values.seed, 1);
const count = number(values.seeds, values.seed === undefined ? 200 : 1);

if (values.mutations) process.exitCode = await tryMutations(ROOT, number(values.seeds, 60));
else {
  const child = spawn(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "tests/simulation/odd-seeds", "tests/simulation/even-seeds"],
    {
      cwd: ROOT,
      stdio: "inherit",
      env: { ...process.env, NATTER_SEED: String(first), NATTER_SEEDS: String(count) },
    },
  );
  process.exitCode = await new Promise((resolve) => void child.once("close", resolve));
}

/**
 * @param {string | undefined} text
 * @param {number} preset
 */
function number(text, preset) {
  if (text === undefined) return preset;
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  console.error(`A number of seeds is a whole number above 0, not ${JSON.stringify(text)}.`);
  return process.exit(2);
}
