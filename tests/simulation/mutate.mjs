// A simulation that cannot fail is worth nothing: each mutation here breaks one promise, and some seed must see it.
import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/**
 * @typedef {{ name: string, breaks: string, file: string, find: string, replace: string, relays?: number }} Mutation
 *   something to be broken, and in a world of how many relays
 */

/**
 * The test files that simulate worlds of one relay or of several on one store, and what they are told.
 *
 * @param {number | undefined} relays undefined for one relay on its own disk
 */
export function worlds(relays) {
  return relays === undefined
    ? { files: ["tests/simulation/odd-seeds", "tests/simulation/even-seeds"], env: {} }
    : { files: ["tests/simulation/relays/"], env: { NATTER_RELAYS: String(relays) } };
}

/** The mutations, from the list beside this file. @returns {Mutation[]} */
export function mutations() {
  return JSON.parse(readFileSync(new URL("mutations.json", import.meta.url), "utf8"));
}

/**
 * Tries each mutation on a copy of the sources and prints which were caught, as a table for the documents.
 *
 * @param {string} root
 * @param {number} seeds how many worlds a mutation may survive before it counts as missed
 * @param {string} [name] tries only those whose name holds this
 * @returns {Promise<number>} the exit code: 1 when one was missed
 */
export async function tryMutations(root, seeds, name = "") {
  const copy = copyOf(root);
  let missed = 0;
  const tried = mutations().filter((mutation) => mutation.name.includes(name));
  const sound = await firstBreach(copy, Math.min(seeds, 10), tried[0]?.relays);
  if (sound !== undefined) throw new Error(`Without any mutation there is a breach already: ${sound}`);
  console.log("| mutation | breaks | caught by |\n| --- | --- | --- |");
  for (const mutation of tried) {
    const file = join(copy, mutation.file);
    const text = readFileSync(file, "utf8");
    if (text.split(mutation.find).length !== 2)
      throw new Error(`${mutation.name}: ${mutation.file} does not hold its text once.`);
    writeFileSync(
      file,
      text.replace(mutation.find, () => mutation.replace),
    );
    const caught = await firstBreach(copy, seeds, mutation.relays);
    writeFileSync(file, text);
    if (caught === undefined) missed++;
    console.log(`| ${mutation.name} | ${mutation.breaks} | ${caught ?? `**nobody, in ${seeds} seeds**`} |`);
  }
  rmSync(copy, { recursive: true });
  return missed === 0 ? 0 : 1;
}

/**
 * A copy of what the simulation runs, with the packages of the original.
 *
 * @param {string} root
 */
function copyOf(root) {
  const copy = mkdtempSync(join(tmpdir(), "natter-mutations-"));
  for (const part of ["sdk", "relay", "widget", "tests"]) {
    cpSync(join(root, part), join(copy, part), {
      recursive: true,
      filter: (path) => !/[\\/](dist|node_modules)$/.test(path),
    });
  }
  for (const file of ["package.json", "vitest.config.ts", "tsconfig.base.json"])
    cpSync(join(root, file), join(copy, file));
  // Nothing is checked here, and not all that is referred to is copied.
  writeFileSync(join(copy, "tsconfig.json"), "{}\n");
  mkdirSync(join(copy, "node_modules/@natter"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@natter") symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name));
  }
  for (const part of ["sdk", "relay"])
    symlinkSync(join(copy, part), join(copy, "node_modules/@natter", part));
  return copy;
}

/**
 * @param {string} copy
 * @param {number} seeds
 * @param {number | undefined} relays
 * @returns {Promise<string | undefined>} what was noticed, or undefined when nothing was
 */
async function firstBreach(copy, seeds, relays) {
  const { files, env } = worlds(relays);
  const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--bail=1", ...files], {
    cwd: copy,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NATTER_SEEDS: String(seeds), ...env },
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise((resolve) => void child.once("close", resolve));
  if (code === 0) return undefined;
  const seed = /--seed (\d+)/.exec(output)?.[1];
  const breach = /"((?:I\d+|bug): [^"]*)"/.exec(output)?.[1];
  // A run that cannot even begin has noticed nothing.
  if (seed === undefined) throw new Error(`The simulation broke down:\n${output}`);
  return `seed ${seed}: ${breach ?? "a breach"}`;
}
