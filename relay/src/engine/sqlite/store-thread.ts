import { Worker } from "node:worker_threads";
import type { StoreSettings } from "./open-store.ts";
import { StorageError } from "./storage-error.ts";
import {
  storeOf,
  uncarry,
  type StoreHost,
  type StoreMethod,
  type StoreReply,
  type StoreRequest,
} from "./store-port.ts";

interface Call {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * Starts a thread that opens a data folder.
 *
 * @param entry the built worker
 * @throws StorageError when the folder cannot be used
 */
export async function startStoreThread(entry: URL, settings: StoreSettings): Promise<StoreHost> {
  // Not with the flags of the process: a test runner's, or a debugger's port, are not for this thread.
  const worker = new Worker(entry, { workerData: settings, name: "natter-storage", execArgv: [] });
  const thread = new StoreThread(worker);
  try {
    const notes = await thread.opened;
    return { store: storeOf((method, args) => thread.ask(method, args)), notes, failed: thread.failed };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** This side of the thread: every request gets its answer, or the news that the thread is no more. */
class StoreThread {
  readonly opened: Promise<string[]>;
  readonly failed: Promise<Error>;
  readonly #worker: Worker;
  readonly #calls = new Map<number, Call>();
  #onOpened: Call = NOBODY;
  #onFailed: (error: Error) => void = () => undefined;
  #ref = 0;
  #state: "running" | "closing" | "gone" = "running";
  #fault: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.opened = new Promise((resolve, reject) => {
      this.#onOpened = { resolve: resolve as Call["resolve"], reject };
    });
    this.failed = new Promise((resolve) => (this.#onFailed = resolve));
    worker.on("message", (reply: StoreReply) => this.#onReply(reply));
    worker.on("error", (error: Error) => (this.#fault = error));
    worker.on("exit", () => this.#onExit());
  }

  ask(method: StoreMethod, args: unknown[]): Promise<unknown> {
    if (this.#state !== "running") return Promise.reject(this.#gone());
    if (method === "close") this.#state = "closing";
    const ref = ++this.#ref;
    return new Promise((resolve, reject) => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      this.#worker.postMessage({ ref, method, args } satisfies StoreRequest);
      this.#calls.set(ref, { resolve, reject });
    });
  }

  #onReply(reply: StoreReply): void {
    switch (reply.type) {
      case "opened":
        return this.#onOpened.resolve(reply.notes);
      case "refused":
        return this.#onOpened.reject(uncarry(reply.error));
      case "done":
        // Closed is closed when the thread is gone, and with it every handle on the files.
        if (this.#state === "closing" && reply.ref === this.#ref) return;
        return this.#take(reply.ref)?.resolve(reply.value);
      case "failed":
        return this.#take(reply.ref)?.reject(uncarry(reply.error));
      default:
        reply satisfies never;
    }
  }

  #take(ref: number): Call | undefined {
    const call = this.#calls.get(ref);
    this.#calls.delete(ref);
    return call;
  }

  #onExit(): void {
    const closing = this.#state === "closing" ? this.#take(this.#ref) : undefined;
    const wasAsked = closing !== undefined && this.#fault === undefined;
    this.#state = "gone";
    this.#onOpened.reject(this.#gone());
    for (const { reject } of this.#calls.values()) reject(this.#gone());
    this.#calls.clear();
    if (wasAsked) return closing.resolve(undefined);
    closing?.reject(this.#gone());
    this.#onFailed(this.#gone());
  }

  #gone(): StorageError {
    const why = this.#fault ? `: ${this.#fault.message}` : "";
    return new StorageError("gone", `The storage thread has ended${why}.`, { cause: this.#fault });
  }
}

const NOBODY: Call = { resolve: () => undefined, reject: () => undefined };
