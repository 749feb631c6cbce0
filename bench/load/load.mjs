// All clients of a run together, on one thread or two.
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { DELIVERED_HERE, DELIVERED_THERE, newCells, TIMED_FROM, TIMED_UNTIL } from "./cells.mjs";
import { nowUs } from "./clock.mjs";
import { DIALECTS } from "./dialects.mjs";
import { Fleet, seatsOf } from "./fleet.mjs";
import { Readers } from "./readers.mjs";
import { WrongDelivery } from "./room-order.mjs";
import { Sender } from "./sender.mjs";
import { Spinner } from "./spinner.mjs";
import { cpuSecondsOf, memoryOf } from "./usage.mjs";

/** @typedef {{ at: number, delivered: number, serverCpu: number, loadCpu: number, busyUs: number }} Mark */

/** A server that has only just begun to listen grows for a moment by itself. */
const BEGIN_MS = 500;

export class Load {
  fleet;
  /** @type {Sender[]} */
  senders = [];
  /** Rejects with what went wrong first. @type {Promise<never>} */
  trouble;
  #job;
  #tokens;
  #cells = newCells();
  /** @type {Readers | undefined} */
  #readers;
  /** @type {Spinner | undefined} */
  #spinner;
  /** @type {(error: Error) => void} */
  #onTrouble = () => {};

  /** @param {import("./main.mjs").Job} job @param {string[]} tokens */
  constructor(job, tokens) {
    this.#job = job;
    this.#tokens = tokens;
    const { crowd, lazyMs } = job;
    this.trouble = new Promise((_, reject) => (this.#onTrouble = reject));
    this.trouble.catch(() => {});
    this.fleet = new Fleet(crowd, this.#cells, DELIVERED_HERE, lazyMs > 0 ? crowd.senders : crowd.members);
    this.fleet.onTrouble = this.#onTrouble;
  }

  /** Opens all connections, the senders' last, and lets the server come to rest. */
  async open() {
    const { crowd, pid, settleMs, spins, shape } = this.#job;
    if (shape.kind === "hold") await sleep(BEGIN_MS);
    const before = memoryOf(pid).rss;
    const cpuBefore = cpuSecondsOf(pid);
    const ownBefore = ownCpuSeconds();
    if (spins)
      this.#spinner = new Spinner(
        () => this.sent,
        () => this.delivered,
      );
    const from = nowUs();
    await this.#enter();
    const seconds = (nowUs() - from) / 1e6;
    const cpu = cpuSecondsOf(pid) - cpuBefore;
    const own = ownCpuSeconds() - ownBefore;
    this.#seatSenders();
    await sleep(settleMs);
    const after = memoryOf(pid).rss;
    const connections = crowd.rooms * crowd.members;
    return {
      connections,
      connectsPerSecond: connections / seconds,
      connectsPerCoreSecond: connections / cpu,
      connectsLoadCpu: own / seconds,
      entry: this.fleet.entries.summary(),
      rssBefore: before,
      rssAfter: after,
      rssPerConnection: (after - before) / connections,
      rssPerRoom: (after - before) / (crowd.rooms * (1 + crowd.alsoJoin)),
    };
  }

  /** From now on readers are read in rounds, if this run is one of those. */
  rest() {
    this.#readers?.rest();
  }

  /** Calls back in the next turn if the loop spins, otherwise within about a millisecond. @param {() => void} run */
  later(run) {
    if (this.#job.spins) setImmediate(run);
    else setTimeout(run, 1);
  }

  /** What everything stands at now. @returns {Mark} */
  mark() {
    return {
      at: nowUs(),
      delivered: this.delivered,
      serverCpu: cpuSecondsOf(this.#job.pid),
      loadCpu: ownCpuSeconds(),
      busyUs: this.#spinner?.busyUs ?? 0,
    };
  }

  /** Messages that are due from now on are timed, until {@link stopTiming}. */
  startTiming() {
    this.#cells[TIMED_UNTIL] = Number.POSITIVE_INFINITY;
    this.#cells[TIMED_FROM] = nowUs();
  }

  stopTiming() {
    this.#cells[TIMED_UNTIL] = nowUs();
  }

  /** Messages delivered so far, all connections taken together. */
  get delivered() {
    return (this.#cells[DELIVERED_HERE] ?? 0) + (this.#cells[DELIVERED_THERE] ?? 0);
  }

  /** Messages sent so far. */
  get sent() {
    return this.senders.reduce((sum, { number }) => sum + number, 0);
  }

  /** Deliveries that what was sent so far makes. */
  get expected() {
    return this.sent * this.#job.crowd.members;
  }

  /**
   * What came between two marks, per second and per delivery.
   *
   * @param {Mark} from
   * @param {Mark} until
   */
  between(from, until) {
    const seconds = (until.at - from.at) / 1e6;
    const delivered = until.delivered - from.delivered;
    const serverCpu = until.serverCpu - from.serverCpu;
    const busy = this.#job.spins ? (until.busyUs - from.busyUs) / 1e6 : until.loadCpu - from.loadCpu;
    return {
      deliveriesPerSecond: delivered / seconds,
      deliveriesPerCoreSecond: delivered / serverCpu,
      serverCpu: serverCpu / seconds,
      usPerDelivery: (serverCpu * 1e6) / delivered,
      loadCpu: busy / seconds,
    };
  }

  /** Waits for what is on its way and checks that nothing is missing anywhere. */
  async finish() {
    const until = nowUs() + this.#job.drainMs * 1000;
    while (this.delivered < this.expected && nowUs() < until) await sleep(20);
    await sleep(100); // For what comes twice.
    const missing = this.expected - this.delivered;
    const delays = this.fleet.delays;
    let { behind } = this.fleet;
    if (this.#readers) {
      const standing = await this.#readers.standing();
      delays.merge(standing.delays);
      behind += standing.behind;
      if (missing === 0) this.#compare(standing.rooms);
    }
    const { rss, peak } = memoryOf(this.#job.pid);
    return { sent: this.sent, missing, behind, delay: delays.summary(), rssEnd: rss, rssPeak: peak };
  }

  async #enter() {
    const { crowd, lazyMs } = this.#job;
    const { readers, senders } = seatsOf(crowd);
    if (lazyMs > 0) {
      const work = { crowd, cells: this.#cells, tokens: this.#tokens, lazyMs };
      this.#readers = new Readers(work, this.#onTrouble);
      this.fleet.entries.merge(await this.#readers.entered());
    } else {
      await this.fleet.open(readers, this.#tokens);
    }
    await this.fleet.open(senders, this.#tokens);
  }

  /** Both threads must have seen the same order. @param {{ count: number, fingerprint: number }[]} rooms */
  #compare(rooms) {
    for (const [room, { count, fingerprint }] of this.fleet.standing().entries()) {
      const there = rooms[room];
      if (there?.count !== count || there.fingerprint !== fingerprint) {
        throw new WrongDelivery(`In room r${room} readers and senders were given different orders.`);
      }
    }
  }

  #seatSenders() {
    const { crowd, textBytes } = this.#job;
    const dialect = /** @type {import("./dialects.mjs").Spoken} */ (DIALECTS[crowd.dialect]);
    const connections = new Map(this.fleet.connections.map((one) => [one.index, one]));
    this.senders = seatsOf(crowd).senders.map(({ index, room, seat }) => {
      const connection = /** @type {import("./connection.mjs").Connection} */ (connections.get(index));
      const id = room * crowd.senders + seat - (crowd.members - crowd.senders);
      connection.sender = new Sender(id, connection, dialect, textBytes);
      return connection.sender;
    });
  }
}

/** Processor time of all threads of the load. */
function ownCpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
