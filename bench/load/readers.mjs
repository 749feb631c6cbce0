// The thread of those who only read. In throughput runs it sleeps between its rounds, so that the server pays for no
// wake-ups and what was written meanwhile is read at once, as from many machines that are busy with other things.
import { parentPort, workerData } from "node:worker_threads";
import { DELIVERED_THERE } from "./cells.mjs";
import { Fleet, seatsOf } from "./fleet.mjs";

/** @typedef {{ crowd: import("./fleet.mjs").Crowd, cells: Float64Array, tokens: string[], lazyMs: number }} Work */

const { crowd, cells, tokens, lazyMs } = /** @type {Work} */ (workerData);
const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const fleet = new Fleet(crowd, cells, DELIVERED_THERE, crowd.members - crowd.senders);
const pillow = new Int32Array(new SharedArrayBuffer(4));

fleet.onTrouble = (error) => port.postMessage({ type: "trouble", message: error.message });

port.on("message", (command) => {
  if (command === "rest") return rest();
  const { counts, max } = fleet.delays;
  port.postMessage({ type: "standing", rooms: fleet.standing(), delays: { counts, max } });
});

await fleet.open(seatsOf(crowd).readers, tokens);
port.postMessage({ type: "in", entries: { counts: fleet.entries.counts, max: fleet.entries.max } });

/** Sleeps, lets the loop read whatever has come, and sleeps again. */
function rest() {
  Atomics.wait(pillow, 0, 0, lazyMs);
  setImmediate(rest);
}
