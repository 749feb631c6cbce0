// The thread of those who only read, as the main thread sees it.
import { Worker } from "node:worker_threads";

/** What the thread is given. @typedef {{ crowd: import("./fleet.mjs").Crowd, cells: Float64Array, tokens: readonly string[], lazyMs: number }} Work */
/** @typedef {{ counts: Float64Array, max: number }} Counts */
/** @typedef {{ rooms: { count: number, fingerprint: number }[], behind: number, delays: Counts }} Standing */

export class Readers {
  #worker;
  #entered;

  /** @param {Work} work @param {(error: Error) => void} onTrouble */
  constructor(work, onTrouble) {
    this.#worker = new Worker(new URL("readers-thread.mjs", import.meta.url), { workerData: work });
    this.#worker.on("error", onTrouble);
    this.#worker.on("message", ({ trouble }) => trouble !== undefined && onTrouble(new Error(trouble)));
    this.#entered = this.#next("entries");
  }

  /** Resolves when all are in, with how long it took each. @returns {Promise<Counts>} */
  entered() {
    return this.#entered;
  }

  /** From now on they are read in rounds. */
  rest() {
    this.#tell("rest");
  }

  /** What they have, and how late it came. @returns {Promise<Standing>} */
  standing() {
    this.#tell("stand");
    return this.#next("standing");
  }

  /** @param {"rest" | "stand"} command */
  #tell(command) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows; this is a thread.
    this.#worker.postMessage({ command });
  }

  /** @template T @param {string} name @returns {Promise<T>} */
  #next(name) {
    return new Promise((resolve) => {
      this.#worker.on("message", (message) => message[name] !== undefined && resolve(message[name]));
    });
  }
}
