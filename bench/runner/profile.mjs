// A summary of V8's CPU profiles: where the time went.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { aligned } from "../lib/table.mjs";

/** @typedef {{ functionName: string, url: string, lineNumber: number }} CallFrame */
/** @typedef {{ nodes: { id: number, callFrame: CallFrame }[], samples: number[], timeDeltas: number[] }} Profile */

const ROWS = 25;

/**
 * The functions in which most time was spent, those they called not counted.
 *
 * @param {Profile} profile
 * @returns {{ name: string, us: number, share: number }[]} the largest first; shares are of the time that was not idle
 */
export function selfTimes({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? "";
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[at] ?? 0));
  }
  times.delete("(idle)");
  const all = [...times.values()].reduce((sum, us) => sum + us, 0);
  return [...times]
    .map(([name, us]) => ({ name, us, share: us / all }))
    .sort((one, other) => other.us - one.us);
}

/** One table for each profile in a folder: one of each thread of each run. @param {string} folder */
export function summaryOf(folder) {
  const files = readdirSync(folder).filter((file) => file.endsWith(".cpuprofile"));
  return files.map((file) => `${file}\n\n${tableOf(join(folder, file))}\n`).join("\n");
}

/** @param {string} file */
function tableOf(file) {
  const times = selfTimes(JSON.parse(readFileSync(file, "utf8"))).slice(0, ROWS);
  const rows = times.map(({ name, us, share }) => [
    name,
    `${(us / 1000).toFixed(0)} ms`,
    `${(share * 100).toFixed(1)} %`,
  ]);
  return aligned(["function", "self", "share"], rows);
}

/** @param {CallFrame} frame */
function nameOf({ functionName, url, lineNumber }) {
  const name = functionName === "" ? "(anonymous)" : functionName;
  if (url === "") return name;
  return `${name} ${url.split("/").slice(-2).join("/")}:${lineNumber + 1}`;
}
