// The thread of those who only read. In throughput runs it sleeps between its rounds, so that the server pays for no
// wake-ups and what was written meanwhile is read at once, as by many machines that are busy with other things.
import { parentPort, workerData } from "node:worker_threads";
import { DELIVERED_THERE } from "./cells.mjs";
import { Fleet, seatsOf } from "./fleet.mjs";

const { crowd, cells, tokens, lazyMs } = /** @type {import("./readers.mjs").Work} */ (workerData);
const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const fleet = new Fleet(crowd, cells, DELIVERED_THERE, crowd.members - crowd.senders);
const pillow = new Int32Array(new SharedArrayBuffer(4));

fleet.onTrouble = (error) => port.postMessage({ trouble: error.message });

port.on("message", ({ command }) => {
  if (command === "rest") rest();
  else
    port.postMessage({
      standing: { rooms: fleet.standing(), behind: fleet.behind, delays: plain(fleet.delays) },
    });
});

await fleet.open(seatsOf(crowd).readers, tokens);
port.postMessage({ entries: plain(fleet.entries) });

/** Sleeps, lets the loop read whatever has come, and sleeps again. */
function rest() {
  Atomics.wait(pillow, 0, 0, lazyMs);
  setImmediate(rest);
}

/** @param {import("./histogram.mjs").Histogram} histogram */
function plain({ counts, max }) {
  return { counts, max };
}
