import { awayFrom, faultOf, type Fault } from "./faults.ts";
import { shownPlace, type Place } from "./redis-url.ts";
import { RedisAway, type Reply } from "./redis.ts";
import { Wire, type Manner, type Purpose } from "./wire.ts";

/** The first pause before another attempt, and the longest, in ms. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** What a line is to somebody who keeps one. */
export interface LineOptions {
  purpose: Purpose;
  manner: Manner;
  /** Where the server is; asked before each attempt, for it may have moved. */
  find: () => Promise<Place>;
  /** What is done on a new connection before anybody else may use it. A rejection ends it. */
  prepare: (wire: Wire) => Promise<void>;
  /** Hears that the line is there, or is not any more, or that another attempt has failed. */
  onChange: () => void;
  /** 0 to 1, for how long a pause is: relays that lost their Redis together do not all come back together. */
  random?: () => number;
}

type State = { is: "up"; wire: Wire } | { is: "down"; fault: Fault | undefined } | { is: "closed" };

/**
 * A line to a server: one connection after the other, each tried for ever, with pauses that grow. Nothing is kept
 * for later: what is asked while there is no connection fails at once.
 */
export class Line {
  readonly #options: LineOptions;
  #state: State = { is: "down", fault: undefined };
  #where = "";
  #failures = 0;
  #stopPause: () => void = () => {};
  /** Where the present attempt is, so that a close can wait for it. */
  #attempt: Promise<void> = Promise.resolve();

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Begins to connect. */
  open(): void {
    this.#attempt = this.#connect();
  }

  get isUp(): boolean {
    return this.#state.is === "up";
  }

  /** Why the line is not there; undefined while it is, and before the first attempt has ended. */
  get fault(): Fault | undefined {
    return this.#state.is === "down" ? this.#state.fault : undefined;
  }

  /** The server it leads to, or last led to, as it may be shown. */
  get where(): string {
    return this.#where;
  }

  /** The connection. @throws RedisAway when there is none */
  get wire(): Wire {
    if (this.#state.is === "up") return this.#state.wire;
    throw new RedisAway(this.fault?.sentence ?? "Redis is not connected.");
  }

  /** Asks one thing. Rejects with RedisAway when there is no connection, or none any more before the answer. */
  async ask(words: readonly string[]): Promise<Reply> {
    const { wire } = this;
    try {
      return await wire.ask(words);
    } catch (error) {
      // Somebody else is the master now: find it.
      if (faultOf(error, wire.where).isElsewhere) wire.end(error as Error);
      throw awayFrom(error, wire.where);
    }
  }

  /** Ends the present connection; another is made. */
  drop(why: Error): void {
    if (this.#state.is === "up") this.#state.wire.end(why);
  }

  /** Ends the line. Closing twice is harmless. */
  async close(): Promise<void> {
    const before = this.#state;
    this.#state = { is: "closed" };
    this.#stopPause();
    if (before.is === "up") before.wire.end(new RedisAway("The relay stops."));
    await this.#attempt;
  }

  get #isClosed(): boolean {
    return this.#state.is === "closed";
  }

  async #connect(): Promise<void> {
    let wire: Wire | undefined;
    try {
      const place = await this.#options.find();
      this.#where = shownPlace(place);
      if (this.#isClosed) return;
      wire = await Wire.open(place, this.#options.purpose, this.#options.manner);
      await this.#options.prepare(wire);
    } catch (error) {
      wire?.end(error as Error);
      return this.#fail(error);
    }
    if (this.#isClosed) return wire.end(new RedisAway("The relay stops."));
    this.#failures = 0;
    this.#state = { is: "up", wire };
    void wire.ended.then((why) => this.#fail(why));
    this.#options.onChange();
  }

  #fail(why: unknown): void {
    if (this.#isClosed) return;
    this.#state = { is: "down", fault: faultOf(why, this.#where || "Redis") };
    const pauseMs = pauseAfter(this.#failures++, (this.#options.random ?? Math.random)());
    this.#stopPause = this.#options.manner.clock.after(pauseMs, () => this.open());
    this.#options.onChange();
  }
}

/**
 * How long to wait before the next attempt, in ms: twice as long after each that failed, up to a bound, and less
 * by chance.
 */
export function pauseAfter(failures: number, chance: number): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 16), LONGEST_PAUSE_MS);
  return longest * (0.5 + chance / 2);
}
