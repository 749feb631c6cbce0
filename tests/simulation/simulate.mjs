// `npm run simulate -- --seeds 2000 [--seed 1]`: more worlds than `npm test` has time for, or one again.
// `npm run simulate -- --relays 2 --seeds 200`: the same with so many relays on one store.
// `npm run simulate -- --mutations [--name text]`: breaks the product on purpose, once per line, and shows who notices.
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tryMutations, worlds } from "./mutate.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    relays: { type: "string" },
    mutations: { type: "boolean" },
    name: { type: "string" },
  },
});

const first = number(values.seed, 1);
const count = number(values.seeds, values.seed === undefined ? 200 : 1);

if (values.mutations) process.exitCode = await tryMutations(ROOT, number(values.seeds, 60), values.name);
else {
  const { files, env } = worlds(values.relays === undefined ? undefined : number(values.relays, 2));
  const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...files], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, NATTER_SEED: String(first), NATTER_SEEDS: String(count), ...env },
  });
  process.exitCode = await new Promise((resolve) => void child.once("close", resolve));
}

/**
 * A number that was asked for, or the preset.
 *
 * @param {string | undefined} text
 * @param {number} preset
 */
function number(text, preset) {
  if (text === undefined) return preset;
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  console.error(`A number is a whole one above 0, not ${JSON.stringify(text)}.`);
  return process.exit(2);
}
