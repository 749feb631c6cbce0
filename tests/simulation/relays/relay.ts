import type { RoomName } from "@natter/sdk/protocol";
import { roomKeyOf, type Engine, type RoomItem, type RoomKey } from "../../../relay/src/engine/engine.ts";
import { ONE_RELAY } from "../../../relay/src/engine/memory/memory-census.ts";
import { MemoryAudit } from "../../../relay/src/engine/memory/memory-audit.ts";
import { MemoryOutbox } from "../../../relay/src/engine/memory/memory-outbox.ts";
import { MemoryRevocations } from "../../../relay/src/engine/memory/memory-revocations.ts";
import { RedisBus } from "../../../relay/src/engine/redis/redis-bus.ts";
import { stopGently } from "../../../relay/src/stop.ts";
import type { Core } from "../../../relay/src/socket/core.ts";
import type { Port } from "../line.ts";
import type { Random } from "../random.ts";
import type { Record } from "../record.ts";
import { conversing, coreOn, Habits } from "../server.ts";
import type { ProcessTime, VirtualTime } from "../virtual-time.ts";
import { Knowledge } from "./knowledge.ts";
import { RelayPresence } from "./relay-presence.ts";
import { StoreLine, type Weather } from "./store-line.ts";
import { StoreLog } from "./store-log.ts";
import type { SharedStore } from "./store.ts";

/** How long after a trouble the others know again who is at a relay. */
const SETTLE_MS = 6000;

/** What relays are run with. */
export interface RelayParts {
  name: string;
  time: VirtualTime;
  random: Random;
  record: Record;
  store: SharedStore;
  weather: Weather;
}

/** A process that runs a relay on the store: it can be started, stopped gently, killed, paused, and cut off from it. */
export class Relay {
  readonly #parts: RelayParts;
  readonly #habits = new Habits();
  #port: Port;
  #process: ProcessTime | undefined;
  #line: StoreLine | undefined;
  #core: Core | undefined;
  #processes = 0;
  #trustedFrom = 0;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#port = { relay: parts.name, accept: undefined, whenAwake: () => {} };
  }

  /** Where its connections go; another with each process. */
  get port(): Port {
    return this.#port;
  }

  get isUp(): boolean {
    return this.#core !== undefined;
  }

  get isPaused(): boolean {
    return this.#process?.isPaused ?? false;
  }

  start(): void {
    if (this.#core) return;
    const { name, time } = this.#parts;
    const process = time.process();
    const id = `${name}#${++this.#processes}`;
    this.#process = process;
    this.#line = new StoreLine({ ...this.#parts, process, random: this.#parts.random.fork() });
    const core = coreOn(
      this.#engine(id, process, this.#line, () => core),
      process,
      this.#habits,
    );
    this.#core = core;
    this.#port = { relay: id, accept: conversing(core), whenAwake: process.whenAwake.bind(process) };
  }

  /** The process is gone; what it had sent to the store arrives there. */
  kill(): void {
    this.#parts.record.presence.gone(this.#port.relay);
    this.#port.accept = undefined;
    this.#process?.end();
    this.#line?.end();
    this.#process = this.#line = this.#core = undefined;
  }

  /** The relay is asked to stop, and does so in its own time. */
  async stop(drainMs: number): Promise<void> {
    const [core, process] = [this.#core, this.#process];
    if (!core || !process) return;
    this.#port.accept = undefined;
    await stopGently({ sessions: core.sessions, clock: process, drainMs, closers: [], engine: undefined });
    if (process === this.#process) this.kill();
  }

  /** SIGSTOP, and SIGCONT after a while: meanwhile it does nothing, and nobody is told. */
  pause(ms: number): void {
    const process = this.#process;
    if (!process || process.isPaused) return;
    process.pause();
    this.#doubt(ms);
    this.#parts.time.after(ms, () => this.#resume(process));
  }

  /** It goes on at once. */
  resume(): void {
    if (this.#process) this.#resume(this.#process);
  }

  /** The way to the store is dead for a while, and nobody is told. */
  cutOff(ms: number): void {
    const line = this.#line;
    if (!line) return;
    line.cutOff();
    this.#doubt(ms);
    this.#parts.time.after(ms, () => line.mend());
  }

  /** The line to the store is lost, until `ms` later it can be reached. */
  loseStore(ms: number): void {
    this.#line?.break();
    this.#doubt(ms);
  }

  /** The store has forgotten who is here. */
  forgotten(): void {
    if (this.#process) this.#doubt(0);
  }

  #resume(process: ProcessTime): void {
    if (!process.isPaused) return;
    if (process === this.#process) this.#line?.trouble();
    process.resume();
  }

  /** Somebody deletes a room, as over HTTP. */
  drop(room: RoomName): void {
    const registry = this.#core?.context.engine.registry;
    registry?.drop(roomKeyOf("default", room), { user: "root" }).catch(() => undefined);
  }

  /** For so long, and a little, nobody knows whether the others know who is here. */
  #doubt(ms: number): void {
    const { record, time } = this.#parts;
    const { relay } = this.#port;
    record.presence.doubt(relay);
    const from = time.now + ms + SETTLE_MS;
    this.#trustedFrom = Math.max(this.#trustedFrom, from);
    time.after(ms + SETTLE_MS, () => {
      if (time.now >= this.#trustedFrom && relay === this.#port.relay && this.isUp)
        record.presence.trust(relay);
    });
  }

  #engine(relay: string, process: ProcessTime, line: StoreLine, core: () => Core): Engine {
    const { store, record, time } = this.#parts;
    const rooms = new Map<RoomKey, Set<(item: RoomItem) => void>>();
    const knowledge = new Knowledge({
      now: () => time.now,
      troubledAt: () => line.troubledAt,
      placeOf: (app, room) => {
        const open = core().context.rooms.get(app, room);
        return open && { epoch: open.state.epoch, seq: open.seq };
      },
    });
    const log = new StoreLog({
      store,
      line,
      process,
      record,
      relay,
      knowing: () => knowledge.handIn(),
      answered: () => knowledge.answered(),
    });
    const bus = new RedisBus({
      redis: line,
      log,
      clock: process,
      relayId: relay,
      channelOf: (room) => room,
      onFault: () => {},
    });
    log.bus = bus;
    const presence = new RelayPresence({
      store,
      line,
      process,
      relay,
      bus,
      tellHere: (room, item) => {
        for (const listener of rooms.get(room) ?? []) listener(item);
      },
      rooms: () => [...rooms.keys()],
    });
    return {
      durability: "simulated",
      log,
      bus: {
        publish: bus.publish.bind(bus),
        tap: bus.tap.bind(bus),
        async subscribe(room, listener) {
          const told = (item: RoomItem): void => {
            presence.onItem(room, item);
            listener(item);
            knowledge.note(room);
          };
          const stop = await bus.subscribe(room, told);
          const listeners = rooms.get(room) ?? new Set();
          rooms.set(room, listeners.add(told));
          return () => {
            stop();
            if (listeners.delete(told) && listeners.size === 0) rooms.delete(room);
          };
        },
      },
      presence,
      markers: {
        read: (room, userId) => line.call(() => store.readMarker(room, userId)),
        mark(room, userId, seq) {
          line
            .call(() => store.mark(room, userId, seq))
            .then((isNews) => isNews && bus.publish(room, { type: "read", user: userId, seq }))
            .catch(() => {});
        },
      },
      census: ONE_RELAY,
      revocations: new MemoryRevocations(),
      registry: {
        list: () => Promise.resolve([]),
        async drop(room) {
          const epoch = await line.call(() => store.drop(room));
          bus.onDropped(room, epoch);
          return epoch;
        },
        forget: () => Promise.reject(new Error("Nobody is forgotten here.")),
      },
      audit: new MemoryAudit(process, Infinity),
      outbox: new MemoryOutbox(bus, () => ""),
      retain: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }
}
