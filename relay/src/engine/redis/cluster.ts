import { ErrorReply } from "@redis/client";
import type { Log } from "../../telemetry/log.ts";
import { Channels } from "./channels.ts";
import { readMap } from "./cluster-map.ts";
import { faultOf, Unfit, type Fault } from "./faults.ts";
import { Node } from "./node.ts";
import { shownPlace, type Place } from "./redis-url.ts";
import { RedisAway, type Redis, type Reply, type Step } from "./redis.ts";
import { readRanges, readRedirection, SLOTS, slotOf, type Range } from "./slots.ts";
import { Watchers } from "./watchers.ts";
import type { Manner } from "./wire.ts";

/** How often the map of slots is read while all is well, and while something is away, in ms. */
const CALM_MS = 10_000;
const UNEASY_MS = 500;
/** How often one question may be sent on. */
const MAX_HOPS = 5;

export interface ClusterOptions {
  manner: Manner;
  /** Nodes to ask first for all others. */
  seeds: readonly Place[];
  log: Log;
}

/**
 * A Redis Cluster: every key has a slot, every slot a master, and a master a {@link Node}. The map of slots is read
 * from any node that answers, again and again, and at once when a node says that it has given a slot away.
 * Channels go where their slot goes. It counts as up while every slot has a master and all of them are there.
 */
export class ClusterRedis implements Redis {
  readonly #options: ClusterOptions;
  readonly #channels: Channels;
  readonly #watchers: Watchers;
  /** By `host:port`. */
  readonly #nodes = new Map<string, Node>();
  /** The master of each slot. */
  #owners: (Node | undefined)[] = Array.from({ length: SLOTS });
  /** How many slots have no master. */
  #orphans = SLOTS;
  #fault: Fault | undefined;
  #reading: Promise<void> | undefined;
  #stopTimer: () => void = () => {};
  /** Whether the next look at the map is as far off as it is while all is well. */
  #isCalm = false;
  #isClosed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#channels = new Channels(
      (channel) => this.#subscribe(channel),
      (channel) => {
        for (const node of this.#nodes.values()) node.unsubscribe(channel);
      },
    );
    this.#watchers = new Watchers(() => this.isUp);
  }

  /** Begins to connect. */
  open(): void {
    void this.#refresh().finally(() => this.#schedule());
  }

  get isUp(): boolean {
    return this.#orphans === 0 && [...this.#nodes.values()].every((node) => node.isUp);
  }

  get fault(): Fault | undefined {
    return this.#fault ?? [...this.#nodes.values()].find((node) => node.fault)?.fault;
  }

  watch(listener: (isUp: boolean) => void): () => void {
    return this.#watchers.add(listener);
  }

  /** Hears of everything that might have changed, also of attempts that have failed. */
  onChange(listener: () => void): () => void {
    return this.#watchers.onLook(listener);
  }

  run(step: Step, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    const words = args.map(String);
    return this.#send(keys[0] ?? "", (node, isAsking) => node.run(step, keys, words, isAsking));
  }

  command(key: string, ...words: readonly (string | number)[]): Promise<Reply> {
    const texts = words.map(String);
    return this.#send(key, (node, isAsking) => node.command(texts, isAsking));
  }

  listen(channel: string, onPush: (payload: string) => void): Promise<() => void> {
    return this.#channels.listen(channel, onPush);
  }

  publish(channel: string, payload: string): void {
    // Nobody is promised that a push arrives.
    this.command(channel, "SPUBLISH", channel, payload).catch(() => {});
  }

  async lifeOf(key: string): Promise<string> {
    return this.#ownerOf(slotOf(key)).life;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    await Promise.all([this.#reading, ...[...this.#nodes.values()].map((node) => node.close())]);
  }

  /** Sends something to where a key is served, and on to where it has gone. */
  async #send(key: string, ask: (node: Node, isAsking: boolean) => Promise<Reply>): Promise<Reply> {
    const slot = slotOf(key);
    for (let hop = 1; ; hop++) {
      const node = this.#ownerOf(slot);
      try {
        return await ask(node, false);
      } catch (error) {
        const to = error instanceof ErrorReply ? readRedirection(error.message) : undefined;
        if (!to) throw error;
        if (hop >= MAX_HOPS)
          throw new RedisAway("The nodes of the Cluster do not agree on who has a slot.", { cause: error });
        const next = await this.#follow({ host: to.host || hostOf(node, this.#nodes), port: to.port });
        // For this once: the slot is on its way.
        if (to.kind === "ASK") return ask(next, true);
        this.#give(slot, next);
        void this.#refresh();
      }
    }
  }

  #ownerOf(slot: number): Node {
    const node = this.#owners[slot];
    if (node) return node;
    throw new RedisAway(this.fault?.sentence ?? "No node of the Cluster serves this.");
  }

  #give(slot: number, node: Node): void {
    if (this.#owners[slot] === undefined) this.#orphans--;
    this.#owners[slot] = node;
  }

  /** A node that somebody was sent to, when it is there. Rejects with RedisAway when it is not in time. */
  async #follow(place: Place): Promise<Node> {
    const node = this.#nodeAt(place);
    if (node.isUp) return node;
    const { clock, answerMs } = this.#options.manner;
    await new Promise<void>((resolve) => {
      const callOff = clock.after(answerMs, () => finish());
      const stop = this.#watchers.onLook(() => node.isUp && finish());
      const finish = (): void => {
        callOff();
        stop();
        resolve();
      };
    });
    return node;
  }

  #nodeAt(place: Place): Node {
    const name = shownPlace(place);
    const known = this.#nodes.get(name);
    if (known) return known;
    const node = new Node({
      manner: this.#options.manner,
      find: async () => place,
      witness: undefined,
      onPush: this.#channels.onPush,
      onChange: () => this.#onNode(),
      onGivenAway: () => void this.#refresh(),
      log: this.#options.log,
    });
    this.#nodes.set(name, node);
    if (!this.#isClosed) node.open();
    return node;
  }

  #onNode(): void {
    this.#watchers.look();
    // Once: attempts that fail one after the other must not put it off each time.
    if (this.#isCalm && !this.isUp) this.#schedule();
  }

  async #subscribe(channel: string): Promise<void> {
    const slot = slotOf(channel);
    for (let hop = 1; ; hop++) {
      const node = this.#ownerOf(slot);
      try {
        return await node.subscribe(channel);
      } catch (error) {
        const to = error instanceof ErrorReply ? readRedirection(error.message) : undefined;
        if (!to || hop >= MAX_HOPS) throw error;
        node.unsubscribe(channel);
        this.#give(slot, await this.#follow({ host: to.host || hostOf(node, this.#nodes), port: to.port }));
      }
    }
  }

  /** Reads the map of slots now, if it is not being read. */
  #refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      this.#watchers.look();
    });
    return this.#reading;
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#stopTimer();
    this.#isCalm = this.isUp;
    this.#stopTimer = this.#options.manner.clock.after(this.#isCalm ? CALM_MS : UNEASY_MS, () => {
      this.#isCalm = false;
      void this.#refresh().finally(() => this.#schedule());
    });
  }

  async #read(): Promise<void> {
    const faults: Fault[] = [];
    for (const ask of this.#sources()) {
      if (this.#isClosed) return;
      try {
        const ranges = await ask();
        this.#fault = undefined;
        this.#take(ranges);
        // A life may have changed under a connection: see ownLife.
        await Promise.allSettled([...this.#nodes.values()].map((node) => node.reread()));
        return;
      } catch (error) {
        faults.push(faultOf(error, "The Cluster"));
      }
    }
    this.#fault = faults.find(({ isLasting }) => !isLasting) ?? faults[0];
  }

  /** Those who may know the map: nodes that are there, and after them those we were told of at first. */
  #sources(): (() => Promise<Range[]>)[] {
    const { seeds, manner } = this.#options;
    const nodes = [...this.#nodes].filter(([, node]) => node.isUp);
    const known = nodes.map(([name, node]) => async () => {
      const ranges = readRanges(await node.command(["CLUSTER", "SLOTS"]), hostIn(name));
      if (ranges.length === 0) throw new Unfit(`${name} knows of no slots.`, { isLasting: false });
      return ranges;
    });
    return [...shuffled(known), ...seeds.map((seed) => () => readMap(seed, manner))];
  }

  /** Puts a map of slots in place. */
  #take(ranges: readonly Range[]): void {
    if (this.#isClosed) return;
    const owners: (Node | undefined)[] = Array.from({ length: SLOTS });
    const used = new Set<Node>();
    let orphans = SLOTS;
    for (const { from, to, host, port } of ranges) {
      const node = this.#nodeAt({ host, port });
      used.add(node);
      for (let slot = from; slot <= to && slot < SLOTS; slot++) {
        if (owners[slot] === undefined) orphans--;
        owners[slot] = node;
      }
    }
    this.#owners = owners;
    this.#orphans = orphans;
    for (const [name, node] of [...this.#nodes]) {
      if (used.has(node)) continue;
      this.#nodes.delete(name);
      void node.close();
    }
    for (const channel of this.#channels.names()) this.#settle(channel);
  }

  /** Has a channel subscribed at the node that has it now, and nowhere else. */
  #settle(channel: string): void {
    const owner = this.#owners[slotOf(channel)];
    for (const node of this.#nodes.values()) if (node !== owner) node.unsubscribe(channel);
    owner?.adopt(channel);
  }
}

/** The host of a node, for who says only a port. */
function hostOf(node: Node, nodes: ReadonlyMap<string, Node>): string {
  const name = [...nodes].find(([, each]) => each === node)?.[0] ?? "";
  return hostIn(name);
}

function hostIn(name: string): string {
  return name.slice(0, name.lastIndexOf(":")).replaceAll(/[[\]]/g, "");
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
