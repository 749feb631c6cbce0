// The load: one process that is every client of a run. Takes what to do as JSON in its one argument, and prints what
// it saw as JSON in one line.
import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { roomName } from "./fleet.mjs";
import { letIn } from "./intruders.mjs";
import { Load } from "./load.mjs";
import { speak } from "./shapes.mjs";

/**
 * @typedef {object} Job
 * @property {import("./fleet.mjs").Crowd} crowd
 * @property {string} tokens a file with a JSON array of them
 * @property {number} pid the server's
 * @property {number} textBytes of each message
 * @property {number} lazyMs how long readers sleep between rounds; 0: they are read at once, by the one thread
 * @property {boolean} spins whether the loop looks what has come by itself, so that nobody has to wake it
 * @property {number} settleMs between the last one's coming in and the first message
 * @property {number} drainMs how long to wait for what is still on its way at the end
 * @property {import("./shapes.mjs").Shape} shape
 * @property {import("./intruders.mjs").Intruders} [intruders] who comes in last, and behaves badly in the first room
 */

/** What whoever started this has to get ready, too, and to look at before everybody goes. */
const READY_MS = 100;
/**
 * What was seen; which of it depends on the shape.
 *
 * @typedef {object} Seen
 * @property {string} [error] why none of it counts
 * @property {number} connections
 * @property {number} connectsPerSecond
 * @property {number} connectsPerCoreSecond by the processor time of the server
 * @property {number} connectsLoadCpu of one core, while all came in
 * @property {Summary} entry how long it took to be in the room
 * @property {number} rssBefore the server's memory when nobody was there, in bytes
 * @property {number} rssAfter when everybody was there
 * @property {number} rssPerConnection what each added to it
 * @property {number} rssPerRoom
 * @property {number} rssEnd when all was said
 * @property {number} rssPeak the most it ever was
 * @property {number} sent messages
 * @property {number} missing deliveries
 * @property {number} behind connections that were not given what others in their room were
 * @property {Summary} delay from when a message was meant to leave until a member had it
 * @property {number} [deliveriesPerSecond]
 * @property {number} [deliveriesPerCoreSecond] by the processor time of the server
 * @property {number} [serverCpu] of one core, from 0
 * @property {number} [usPerDelivery] processor time of the server
 * @property {number} [loadCpu] of one core, from 0
 * @property {Summary} [lastMember] until the last member had a message
 */

/** In ms. @typedef {ReturnType<import("./histogram.mjs").Histogram["summary"]>} Summary */

const job = /** @type {Job} */ (JSON.parse(process.argv[2] ?? ""));
const tokens = /** @type {string[]} */ (JSON.parse(readFileSync(job.tokens, "utf8")));
const load = new Load(job, tokens);
try {
  const result = await Promise.race([measure(), load.trouble]);
  console.log(JSON.stringify(result));
} catch (error) {
  console.log(JSON.stringify({ error: /** @type {Error} */ (error).message }));
}
await sleep(READY_MS);
process.exit(0);

/** @returns {Promise<Seen>} */
async function measure() {
  const entering = await load.open();
  if (job.intruders) letIn(job.intruders, job.crowd.port, roomName(0), tokens.slice(-job.intruders.count));
  console.log(JSON.stringify({ ready: true }));
  await sleep(READY_MS);
  return { ...entering, ...(await speak(load, job.shape)), ...(await load.finish()) };
}
