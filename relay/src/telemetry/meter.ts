import type { ClientPacketType, ErrorCode } from "@natter/sdk/protocol";

/** How often each of a few known words was met. Words that others choose freely must not come in here. */
export class Tally<Word extends string | number> {
  readonly #counts = new Map<Word, number>();

  add(word: Word, times = 1): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + times);
  }

  get(word: Word): number {
    return this.#counts.get(word) ?? 0;
  }

  /** Every word that was met, with how often. */
  entries(): Iterable<[Word, number]> {
    return this.#counts;
  }
}

/** A limit that somebody met, as metrics name it. */
export type LimitName =
  | "address"
  | "user"
  | "app"
  | "rooms"
  | "packets"
  | "posts"
  | "bytes"
  | "joins"
  | "history"
  | "text"
  | "data"
  | "frame"
  | "unread"
  | "guests"
  | "tokens";

/** What of an app is counted. */
export type AppEvent = "hello" | "post" | "join-recovered" | "join-fresh";

/**
 * What a relay has done so far, as plain numbers: whoever does something adds one, and nothing is made for it.
 * They only grow; what they mean to an operator is said in `metrics.ts`.
 */
export class Meter {
  /** What left: one event told to a hundred connections is a hundred packets. */
  readonly sent = { frames: 0, packets: 0, bytes: 0 };
  readonly received = { frames: 0, bytes: 0 };
  readonly connections = { opened: 0, closed: 0 };
  readonly packets = new Tally<ClientPacketType | "unreadable" | "heartbeat">();
  readonly errors = new Tally<ErrorCode>();
  /** Connections that the relay ended, by close code. */
  readonly closes = new Tally<number>();
  readonly limited = new Tally<LimitName>();
  /** What was refused because the relay had too much to do already. */
  readonly shed = new Tally<"connection" | "join" | "call" | "guest">();
  readonly faults = { engine: 0 };
  readonly #apps = new Map<string, Tally<AppEvent>>();
  /** Told how long each commit took, in ms, and how many drafts it held. */
  onCommit: (ms: number, drafts: number) => void = () => {};

  /** What happened in an app; `app` is the id of one that is configured. */
  app(app: string): Tally<AppEvent> {
    let tally = this.#apps.get(app);
    if (!tally) this.#apps.set(app, (tally = new Tally()));
    return tally;
  }

  /** Every app in which something happened. */
  apps(): Iterable<[string, Tally<AppEvent>]> {
    return this.#apps;
  }
}
