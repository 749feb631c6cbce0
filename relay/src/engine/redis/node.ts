import { createHash } from "node:crypto";
import { ErrorReply } from "@redis/client";
import type { Log } from "../../telemetry/log.ts";
import { readFacts, requireFit, type Facts } from "./facts.ts";
import { awayFrom, codeOf, type Fault } from "./faults.ts";
import { keepsAll, lifeArguments, NOTE_LIFE, ownLife, pairsOf, readLife } from "./life.ts";
import { Line } from "./line.ts";
import type { Place } from "./redis-url.ts";
import { RedisAway, type Reply, type Step } from "./redis.ts";
import { readRedirection } from "./slots.ts";
import type { Manner, OnPush, Wire } from "./wire.ts";

export interface NodeOptions {
  manner: Manner;
  /** Where the server is; asked before each attempt to connect. */
  find: () => Promise<Place>;
  /** The key that keeps the name of its life; undefined for a node of a Cluster, which has none. */
  witness: string | undefined;
  onPush: OnPush;
  /** Hears that it is there, or no longer, or why it still is not. */
  onChange: () => void;
  /** Hears of a channel that another node has now. */
  onGivenAway: (channel: string) => void;
  log: Log;
}

/** A server that stores rooms: one line for commands, and another for pushes, which would hold up each other. */
export class Node {
  readonly #options: NodeOptions;
  readonly #commands: Line;
  readonly #pushes: Line;
  /** The channels that are subscribed, or will be as soon as the line is there. */
  readonly #wanted = new Set<string>();
  /** The digests of the steps that the present connection has sent whole. */
  #sent = new Set<string>();
  #life: string | undefined;
  #runs = 0;
  /** How many channels have been taken over from another node and are not subscribed yet. */
  #adopting = 0;
  #wasUp = false;
  #told: string | undefined;

  constructor(options: NodeOptions) {
    this.#options = options;
    const { manner, find } = options;
    const onChange = (): void => this.#onLine();
    const common = { manner, find, onChange };
    this.#commands = new Line({ ...common, purpose: "commands", prepare: (wire) => this.#greet(wire) });
    this.#pushes = new Line({ ...common, purpose: "pushes", prepare: (wire) => this.#resubscribe(wire) });
  }

  /** Begins to connect. */
  open(): void {
    this.#commands.open();
    this.#pushes.open();
  }

  /** Whether both lines are there, and every channel is subscribed. */
  get isUp(): boolean {
    return this.#commands.isUp && this.#pushes.isUp && this.#adopting === 0;
  }

  /** Why one of them is not. */
  get fault(): Fault | undefined {
    return this.#commands.fault ?? this.#pushes.fault;
  }

  /** The name of the server's life. @throws RedisAway */
  get life(): string {
    if (this.#commands.isUp && this.#life !== undefined) return this.#life;
    throw new RedisAway(this.fault?.sentence ?? "Redis is not connected.");
  }

  /** Sends one command. */
  command(words: readonly string[], isAsking = false): Promise<Reply> {
    // Holds for the command that comes next on this line; what is wrong with it shows there.
    if (isAsking) this.#commands.ask(["ASKING"]).catch(() => {});
    return this.#commands.ask(words);
  }

  /** Runs a step: sent whole the first time on each connection, so that steps stay in their order. */
  async run(step: Step, keys: readonly string[], args: readonly string[], isAsking = false): Promise<Reply> {
    const digest = digestOf(step);
    const rest = [String(keys.length), ...keys, ...args];
    if (!this.#sent.has(digest)) {
      this.#sent.add(digest);
      return this.command(["EVAL", step.lua, ...rest], isAsking);
    }
    try {
      return await this.command(["EVALSHA", digest, ...rest], isAsking);
    } catch (error) {
      // It was redirected when it was sent whole, or somebody has flushed the server's scripts.
      if (!(error instanceof ErrorReply) || codeOf(error) !== "NOSCRIPT") throw error;
      return this.command(["EVAL", step.lua, ...rest], isAsking);
    }
  }

  /** Subscribes to a channel, also over new connections. Rejects with RedisAway when there is no line. */
  async subscribe(channel: string): Promise<void> {
    const { wire } = this.#pushes;
    this.#wanted.add(channel);
    try {
      await wire.subscribe(channel, this.#options.onPush);
    } catch (error) {
      throw awayFrom(error, wire.where);
    }
  }

  /** Is to have a channel subscribed as soon as it can be. */
  adopt(channel: string): void {
    if (this.#wanted.has(channel)) return;
    if (!this.#pushes.isUp) return void this.#wanted.add(channel);
    this.#adopting++;
    this.subscribe(channel)
      .catch((error: unknown) => this.#onRefused(channel, error))
      .finally(() => {
        this.#adopting--;
        this.#onLine();
      });
    this.#onLine();
  }

  /** Ends a subscription, if there is one. */
  unsubscribe(channel: string): void {
    if (this.#wanted.delete(channel) && this.#pushes.isUp) this.#pushes.wire.unsubscribe(channel);
  }

  /** Reads the name of its life anew, for that of a Cluster's node may change under a connection. */
  async reread(): Promise<void> {
    if (this.#options.witness !== undefined || !this.#commands.isUp) return;
    const { wire } = this.#commands;
    const facts = await this.#factsOf(wire);
    if (this.#commands.isUp && this.#commands.wire === wire) this.#life = ownLife(facts);
  }

  /** Ends both lines; they are made anew, wherever the server is then. */
  drop(why: Error): void {
    this.#commands.drop(why);
    this.#pushes.drop(why);
  }

  async close(): Promise<void> {
    await Promise.all([this.#commands.close(), this.#pushes.close()]);
  }

  /** Makes sure that the server is one we can use, and learns which life of it this is. */
  async #greet(wire: Wire): Promise<void> {
    const facts = await this.#factsOf(wire);
    this.#sent = new Set();
    const { witness } = this.#options;
    if (witness === undefined) return void (this.#life = ownLife(facts));
    const keeps = keepsAll(facts, await settingsOf(wire));
    const words = ["EVAL", NOTE_LIFE.lua, "1", witness, ...lifeArguments(facts, keeps, this.#runs)];
    const { name, runs } = readLife(await wire.ask(words));
    this.#life = name;
    this.#runs = runs;
  }

  async #resubscribe(wire: Wire): Promise<void> {
    wire.onGivenAway((channel) => this.#onGivenAway(channel));
    await this.#factsOf(wire);
    const done = [...this.#wanted].map(async (channel) => {
      try {
        await wire.subscribe(channel, this.#options.onPush);
      } catch (error) {
        if (!(error instanceof ErrorReply) || !readRedirection(error.message)) throw error;
        this.#onGivenAway(channel);
      }
    });
    await Promise.all(done);
  }

  async #factsOf(wire: Wire): Promise<Facts> {
    const facts = await readFacts((words) => wire.ask(words));
    requireFit(facts, wire.where, this.#options.witness === undefined);
    return facts;
  }

  #onRefused(channel: string, error: unknown): void {
    if (error instanceof ErrorReply && readRedirection(error.message)) this.#onGivenAway(channel);
  }

  #onGivenAway(channel: string): void {
    this.#wanted.delete(channel);
    this.#options.onGivenAway(channel);
  }

  #onLine(): void {
    const { isUp, fault } = this;
    const { log } = this.#options;
    const where = this.#commands.where;
    if (isUp && !this.#wasUp && this.#told !== undefined) log.info({ redis: where }, "Redis is there again.");
    // At a start who waits for it says it.
    const isNews =
      !isUp &&
      fault !== undefined &&
      (this.#wasUp || this.#told !== undefined) &&
      fault.sentence !== this.#told;
    if (isNews) log.warn({ redis: where }, `Redis is away: ${fault.sentence}`);
    if (isUp) this.#told = undefined;
    else if (isNews) this.#told = fault.sentence;
    this.#wasUp = isUp;
    this.#options.onChange();
  }
}

const digests = new WeakMap<Step, string>();

function digestOf(step: Step): string {
  let digest = digests.get(step);
  if (digest === undefined) {
    digest = createHash("sha1").update(step.lua).digest("hex");
    digests.set(step, digest);
  }
  return digest;
}

/** What decides whether a restart loses anything; undefined when this user may not see it. */
async function settingsOf(wire: Wire): Promise<Map<string, string> | undefined> {
  try {
    return pairsOf(await wire.ask(["CONFIG", "GET", "appendfsync", "no-appendfsync-on-rewrite"]));
  } catch (error) {
    if (error instanceof ErrorReply) return undefined;
    throw error;
  }
}
