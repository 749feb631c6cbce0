import type { Log } from "../../telemetry/log.ts";
import { Channels } from "./channels.ts";
import type { Fault } from "./faults.ts";
import { Node } from "./node.ts";
import { shownPlace, type Place } from "./redis-url.ts";
import { RedisAway, type Redis, type Reply, type Step } from "./redis.ts";
import { Watchers } from "./watchers.ts";
import type { Manner } from "./wire.ts";

/** How often it is asked whether another has become the master, in ms: one that was cut off does not know it itself. */
const LOOK_MS = 2000;

export interface SingleOptions {
  manner: Manner;
  /** Where the master is. */
  find: () => Promise<Place>;
  /** True when that may change without the line being lost: with Sentinel. */
  canMove: boolean;
  /** The key that keeps the name of the server's life. */
  witness: string;
  log: Log;
}

/** A Redis that is one server at a time: alone, or whichever the sentinels have made the master. */
export class SingleRedis implements Redis {
  readonly #options: SingleOptions;
  readonly #node: Node;
  readonly #channels: Channels;
  readonly #watchers: Watchers;
  #found: string | undefined;
  #stopLook: () => void = () => {};
  #isClosed = false;

  constructor(options: SingleOptions) {
    this.#options = options;
    const { manner, witness, log } = options;
    this.#channels = new Channels(
      (channel) => this.#node.subscribe(channel),
      (channel) => this.#node.unsubscribe(channel),
    );
    this.#watchers = new Watchers(() => this.#node.isUp);
    this.#node = new Node({
      manner,
      witness,
      log,
      find: () => this.#find(),
      onPush: this.#channels.onPush,
      onChange: () => this.#watchers.look(),
      onGivenAway: () => {},
    });
  }

  /** Begins to connect. */
  open(): void {
    this.#node.open();
    if (this.#options.canMove) this.#lookAgain();
  }

  get isUp(): boolean {
    return this.#node.isUp;
  }

  get fault(): Fault | undefined {
    return this.#node.fault;
  }

  watch(listener: (isUp: boolean) => void): () => void {
    return this.#watchers.add(listener);
  }

  /** Hears of everything that might have changed, also of attempts that have failed. */
  onChange(listener: () => void): () => void {
    return this.#watchers.onLook(listener);
  }

  run(step: Step, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    return this.#node.run(step, keys, args.map(String));
  }

  command(_key: string, ...words: readonly (string | number)[]): Promise<Reply> {
    return this.#node.command(words.map(String));
  }

  async listen(channel: string, onPush: (payload: string) => void): Promise<() => void> {
    if (!this.#node.isUp) throw new RedisAway(this.fault?.sentence ?? "Redis is not connected.");
    return this.#channels.listen(channel, onPush);
  }

  publish(channel: string, payload: string): void {
    // Nobody is promised that a push arrives.
    this.#node.command(["SPUBLISH", channel, payload]).catch(() => {});
  }

  async lifeOf(_key: string): Promise<string> {
    return this.#node.life;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopLook();
    await this.#node.close();
  }

  async #find(): Promise<Place> {
    const place = await this.#options.find();
    this.#found = shownPlace(place);
    return place;
  }

  #lookAgain(): void {
    if (this.#isClosed) return;
    this.#stopLook = this.#options.manner.clock.after(LOOK_MS, () => {
      void this.#look().finally(() => this.#lookAgain());
    });
  }

  async #look(): Promise<void> {
    // A line that is being made asks by itself.
    if (!this.#node.isUp) return;
    const before = this.#found;
    try {
      const place = shownPlace(await this.#options.find());
      if (place !== before) this.#node.drop(new RedisAway(`${place} is the master now.`));
    } catch {
      // The sentinels do not answer: as long as the master does, nothing is amiss for us.
    }
  }
}
