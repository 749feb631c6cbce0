import { ConnectionTimeoutError, createClient, ErrorReply } from "@redis/client";
import type { Clock } from "../../clock.ts";
import { Unfit } from "./faults.ts";
import { shownPlace, type Credentials, type Place } from "./redis-url.ts";
import type { Reply } from "./redis.ts";

/** How we speak to a server, whichever it is. */
export interface Manner {
  credentials: Credentials;
  isSecure: boolean;
  database: number;
  /** How long a server may take to accept a connection, and to answer anything, in ms. */
  answerMs: number;
  clock: Clock;
}

/** What a wire is for: commands and their answers, or pushes. */
export type Purpose = "commands" | "pushes";

/** How often the oldest question is looked at. */
const WATCH_MS = 250;
/** How often a server is asked for a sign of life: a line that is cut somewhere on its way says nothing. */
const PING_MS = 1000;

/**
 * One TCP connection to a server, from its handshake to its end; there is no second one. Whatever goes unanswered
 * for too long ends it, for answers come in the order of the questions, and one that is late holds up all others.
 * What had no answer at the end may have been done or not.
 */
export class Wire {
  /** The server, as it may be shown. */
  readonly where: string;
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<Error>;
  readonly #client: Client;
  readonly #manner: Manner;
  /** When each question was asked that has no answer yet, the oldest first. */
  readonly #open = new Set<{ askedAt: number }>();
  /** What is being done to each channel. */
  readonly #turns = new Map<string, Promise<void>>();
  #end: (why: Error) => void = () => {};
  #why: Error | undefined;
  #stopWatch: () => void = () => {};
  #pingedAt = -Infinity;

  private constructor(client: Client, where: string, manner: Manner) {
    this.#client = client;
    this.where = where;
    this.#manner = manner;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    client.on("error", (error: Error) => this.end(error));
  }

  /** Connects and says who we are. Rejects with what the system or the server says. */
  static async open(place: Place, purpose: Purpose, manner: Manner): Promise<Wire> {
    const where = shownPlace(place);
    const client = makeClient(place, purpose, manner);
    const wire = new Wire(client, where, manner);
    // The client itself bounds how long a connection may take, and not how long the greeting after it may.
    let stop = (): void => {};
    client.once("connect", () => {
      stop = manner.clock.after(manner.answerMs, () => wire.end(lateness(where, manner)));
    });
    try {
      await client.connect();
    } catch (error) {
      if (manner.isSecure && error instanceof ConnectionTimeoutError) throw muteness(where);
      throw wire.#why instanceof Unfit ? wire.#why : error;
    } finally {
      stop();
    }
    wire.#watch();
    return wire;
  }

  /** Asks one thing. Questions are sent in the order of the calls, those of one turn together. */
  ask(words: readonly string[]): Promise<Reply> {
    return this.#within(() => this.#client.sendCommand<Reply>(words));
  }

  /** Subscribes to a sharded channel. Resolves when it is. */
  subscribe(channel: string, onPush: OnPush): Promise<void> {
    const hear = (payload: string, name: string): void => onPush(name, payload);
    return this.#inTurn(channel, () => this.#within(() => this.#client.sSubscribe(channel, hear)));
  }

  /** Has a channel pushed no longer. */
  unsubscribe(channel: string): void {
    // When it fails the connection has ended, and every subscription with it.
    this.#inTurn(channel, () => this.#within(() => this.#client.sUnsubscribe(channel))).catch(() => {});
  }

  /** Hears of a channel that the server has given away to another. */
  onGivenAway(listener: (channel: string) => void): void {
    this.#client.on("sharded-channel-moved", (channel: string) => listener(channel));
  }

  /** Ends the connection. What waits for an answer fails with the reason. */
  end(why: Error): void {
    if (this.#why) return;
    this.#why = why;
    this.#stopWatch();
    this.#client.destroy();
    this.#end(why);
  }

  /** Does something that the server has to answer in time. */
  async #within<T>(ask: () => Promise<T>): Promise<T> {
    const question = { askedAt: this.#manner.clock.monotonic() };
    this.#open.add(question);
    try {
      return await ask();
    } catch (error) {
      throw error instanceof ErrorReply ? error : (this.#why ?? error);
    } finally {
      this.#open.delete(question);
    }
  }

  /**
   * Does something to a channel when what was done to it before has been answered. The client takes a channel that
   * is about to be left for one that is subscribed, and would then leave it for good.
   */
  #inTurn(channel: string, run: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(channel);
    const turn = before ? before.then(run, run) : run();
    this.#turns.set(channel, turn);
    const tidy = (): void => {
      if (this.#turns.get(channel) === turn) this.#turns.delete(channel);
    };
    turn.then(tidy, tidy);
    return turn;
  }

  #watch(): void {
    if (this.#why) return;
    this.#stopWatch = this.#manner.clock.after(WATCH_MS, () => {
      if (!this.#isLate()) this.#ping();
      // A relay that was held up itself may have the answer lying in its socket: that is read first.
      else this.#manner.clock.soon(() => this.#isLate() && this.end(lateness(this.where, this.#manner)));
      this.#watch();
    });
  }

  #isLate(): boolean {
    const [oldest] = this.#open;
    return oldest !== undefined && this.#manner.clock.monotonic() - oldest.askedAt > this.#manner.answerMs;
  }

  #ping(): void {
    const now = this.#manner.clock.monotonic();
    if (now - this.#pingedAt < PING_MS) return;
    this.#pingedAt = now;
    // What is wrong with the answer ends the connection; the answer itself says nothing.
    this.ask(["PING"]).catch(() => {});
  }
}

/** Hears what is pushed to a channel. */
export type OnPush = (channel: string, payload: string) => void;

type Client = ReturnType<typeof makeClient>;

function makeClient({ host, port }: Place, purpose: Purpose, manner: Manner) {
  const { credentials, isSecure, database, answerMs } = manner;
  const reach = { host, port, connectTimeout: answerMs, reconnectStrategy: false } as const;
  return createClient({
    socket: isSecure ? { ...reach, tls: true } : reach,
    ...(credentials.user === undefined ? {} : { username: credentials.user }),
    ...(credentials.password === undefined ? {} : { password: credentials.password }),
    database,
    // Pushes come beside answers only in RESP3; answers are plain lists, numbers and texts only in RESP2.
    RESP: purpose === "pushes" ? 3 : 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled",
    // Its own limit is for the time before a command is sent, and dear.
    commandOptions: { timeout: 0 },
  });
}

function lateness(where: string, { answerMs }: Manner): Unfit {
  return new Unfit(`${where} has not answered for ${answerMs / 1000} s.`, { isLasting: false });
}

/** A server that speaks no TLS waits for the rest of what it takes for a command. */
function muteness(where: string): Unfit {
  const sentence = `${where} does not answer in TLS: if it speaks none, write redis:// instead of rediss://.`;
  return new Unfit(sentence, { isLasting: false });
}
