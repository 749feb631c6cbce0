import type { PushLine } from "../../../relay/src/engine/redis/redis-bus.ts";
import { RedisAway } from "../../../relay/src/engine/redis/redis.ts";
import type { Random } from "../random.ts";
import type { ProcessTime, VirtualTime } from "../virtual-time.ts";
import type { SharedStore, Subscriber } from "./store.ts";

/** What the way between relays and the store is like just now. */
export interface Weather {
  /** False while the store cannot be reached by anybody. */
  isStoreUp: boolean;
  /** Milliseconds from one end to the other. */
  latencyMs: () => number;
  /** Milliseconds that a push takes, and how often it comes: 0 when it is lost. */
  push: () => { ms: number; times: number };
}

/** How long a relay waits for the answer to a step. */
const COMMAND_MS = 2000;

/** How long it takes at most until a relay without anything to ask notices that its line is dead. */
const NOTICE_MS = 5000;

/** One connection to the store; a relay whose line is lost makes another. */
interface Connection {
  isOpen: boolean;
  /** When what was sent last in each direction, and pushed last, will have arrived. */
  freeAt: { out: number; in: number; push: number };
  /** Calls off those who wait for an answer. */
  waiting: Set<(error: Error) => void>;
}

/** A relay's way to the store: steps and pushes take time, and are lost with the line. */
export class StoreLine implements PushLine, Subscriber {
  readonly #store: SharedStore;
  readonly #time: VirtualTime;
  readonly #process: ProcessTime;
  readonly #random: Random;
  readonly #weather: Weather;
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #watchers = new Set<(isUp: boolean) => void>();
  #connection: Connection | undefined;
  #isReachable = true;
  #troubledAt: number;

  constructor(parts: {
    store: SharedStore;
    time: VirtualTime;
    process: ProcessTime;
    random: Random;
    weather: Weather;
  }) {
    this.#store = parts.store;
    this.#time = parts.time;
    this.#process = parts.process;
    this.#random = parts.random;
    this.#weather = parts.weather;
    this.#troubledAt = this.#time.now;
    this.#connect();
  }

  get isUp(): boolean {
    return this.#connection !== undefined;
  }

  /** When something was lost last on this line, in virtual ms. */
  get troubledAt(): number {
    return this.#troubledAt;
  }

  watch(listener: (isUp: boolean) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Has the store take a step, and brings its answer. Rejects when it is not known to be taken. */
  call<T>(step: () => T | Promise<T>): Promise<T> {
    const connection = this.#connection;
    if (!connection) return Promise.reject(new RedisAway("The store is away."));
    return new Promise<T>((resolve, reject) => {
      const fail = (error: Error): void => {
        connection.waiting.delete(fail);
        reject(error);
      };
      connection.waiting.add(fail);
      const callOff = this.#process.after(COMMAND_MS, () => {
        if (connection.waiting.has(fail)) this.#lose(connection);
      });
      this.#travel(connection, "out", () => {
        if (!connection.isOpen) return;
        void Promise.resolve(step()).then((answer) => {
          this.#travel(connection, "in", () => {
            if (!connection.isOpen) return;
            this.#process.whenAwake(() => {
              if (!connection.waiting.delete(fail)) return;
              callOff();
              resolve(answer);
            });
          });
        });
      });
    });
  }

  async listen(channel: string, onPush: (payload: string) => void): Promise<() => void> {
    await this.call(() => this.#store.subscribe(channel, this));
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(onPush));
    return () => {
      listeners.delete(onPush);
      if (listeners.size > 0) return;
      this.#listeners.delete(channel);
      this.#store.unsubscribe(channel, this);
    };
  }

  publish(channel: string, payload: string): void {
    const connection = this.#connection;
    if (!connection) return;
    this.#travel(connection, "out", () => {
      if (connection.isOpen) this.#store.publish(channel, payload);
    });
  }

  onPush(channel: string, payload: string): void {
    const connection = this.#connection;
    if (!connection?.isOpen) return;
    const { ms, times } = this.#weather.push();
    if (times === 0) this.#troubledAt = this.#time.now;
    connection.freeAt.push = Math.max(connection.freeAt.push, this.#time.now + ms);
    for (let time = 0; time < times; time++) {
      this.#time.after(connection.freeAt.push - this.#time.now, () => {
        if (!connection.isOpen) return;
        this.#process.whenAwake(() => {
          for (const listener of this.#listeners.get(channel) ?? []) listener(payload);
        });
      });
    }
  }

  /** The line breaks, and the relay hears of it. */
  break(): void {
    const connection = this.#connection;
    this.#troubledAt = this.#time.now;
    if (!connection) return;
    connection.isOpen = false;
    this.#process.whenAwake(() => this.#lose(connection));
  }

  /** Nothing comes through any more, and nobody is told, until {@link mend}. */
  cutOff(): void {
    const connection = this.#connection;
    this.#troubledAt = this.#time.now;
    this.#isReachable = false;
    if (!connection) return;
    connection.isOpen = false;
    this.#process.after(this.#random.whole(1000, NOTICE_MS), () => this.#lose(connection));
  }

  /** The relay has heard nothing for a while. */
  trouble(): void {
    this.#troubledAt = this.#time.now;
  }

  /** The store can be reached again. */
  mend(): void {
    this.#isReachable = true;
  }

  /** The relay's process is gone. What it has sent is on its way. */
  end(): void {
    for (const channel of this.#listeners.keys()) this.#store.unsubscribe(channel, this);
    this.#listeners.clear();
  }

  #connect(): void {
    if (!this.#isReachable || !this.#weather.isStoreUp) return this.#retry();
    this.#connection = { isOpen: true, freeAt: { out: 0, in: 0, push: 0 }, waiting: new Set() };
    this.#troubledAt = this.#time.now;
    for (const channel of this.#listeners.keys()) this.#store.subscribe(channel, this);
    for (const watcher of this.#watchers) watcher(true);
  }

  #retry(): void {
    this.#process.after(this.#random.whole(200, 1000), () => this.#connect());
  }

  /** The relay has noticed that the line is dead. */
  #lose(connection: Connection): void {
    if (this.#connection !== connection) return;
    connection.isOpen = false;
    this.#connection = undefined;
    this.#troubledAt = this.#time.now;
    for (const channel of this.#listeners.keys()) this.#store.unsubscribe(channel, this);
    for (const fail of [...connection.waiting]) fail(new RedisAway("The line to the store is lost."));
    for (const watcher of this.#watchers) watcher(false);
    this.#retry();
  }

  #travel(connection: Connection, direction: "out" | "in", run: () => void): void {
    const at = Math.max(connection.freeAt[direction], this.#time.now + this.#weather.latencyMs());
    connection.freeAt[direction] = at;
    this.#time.after(at - this.#time.now, run);
  }
}
