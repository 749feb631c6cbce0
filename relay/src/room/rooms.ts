import type { RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../clock.ts";
import { roomKeyOf, type Engine, type RoomItem, type RoomKey } from "../engine/engine.ts";
import type { Flusher } from "./flusher.ts";
import { readHoldings } from "./holdings.ts";
import { Room, type RoomLimits } from "./room.ts";

type Entry =
  | { state: "opening"; waiting: ((opened: Opened) => void)[] }
  | { state: "open"; room: Room; idleSince: number | undefined; stop: () => void };

/** A room, or the engine's failure to open it. */
export type Opened = { ok: true; room: Room } | { ok: false };

/** How long a room that everybody has left stays at hand. */
const LINGER_MS = 30_000;

/** The same for a room that was only looked at: asking about names that nobody uses must not fill the memory. */
const GLANCE_MS = 5_000;

/** The rooms that are alive on this relay: opened when first used, forgotten when nobody has been in them for a while. */
export class Rooms {
  readonly #entries = new Map<RoomKey, Entry>();
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #flusher: Flusher;
  readonly #limitsOf: (app: string) => RoomLimits;
  readonly #onFault: (error: unknown) => void;

  constructor(parts: {
    engine: Engine;
    clock: Clock;
    flusher: Flusher;
    /** The numbers that an app's rooms live by; asked when one is opened. */
    limitsOf: (app: string) => RoomLimits;
    onFault: (error: unknown) => void;
  }) {
    this.#engine = parts.engine;
    this.#clock = parts.clock;
    this.#flusher = parts.flusher;
    this.#limitsOf = parts.limitsOf;
    this.#onFault = parts.onFault;
  }

  /** How many rooms are open. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Calls `use` with the room: now if it is open and whole, otherwise when it is. Calls for one room happen in the order
   * in which they were asked for, so that what one connection says about a room is done in that order.
   */
  use(app: string, name: RoomName, use: (opened: Opened) => void): void {
    const key = roomKeyOf(app, name);
    const entry = this.#entries.get(key);
    if (entry?.state === "open") {
      // Whoever uses it may be on the way in, and must not find it forgotten on arrival.
      entry.idleSince = undefined;
      return useWhole(entry.room, use);
    }
    if (entry) return void entry.waiting.push(use);
    const waiting = [use];
    this.#entries.set(key, { state: "opening", waiting });
    void this.#open(key, app, name, waiting);
  }

  /** Users present in open rooms; one who is in two counts twice. */
  get members(): number {
    let members = 0;
    for (const entry of this.#entries.values()) if (entry.state === "open") members += entry.room.count;
    return members;
  }

  /** The room if it is open now. */
  get(app: string, name: RoomName): Room | undefined {
    const entry = this.#entries.get(roomKeyOf(app, name));
    return entry?.state === "open" ? entry.room : undefined;
  }

  /** Forgets rooms that have been idle for a while; called now and then. */
  sweep(): void {
    const now = this.#clock.monotonic();
    for (const [key, entry] of this.#entries) {
      if (entry.state !== "open") continue;
      if (!entry.room.isIdle) entry.idleSince = undefined;
      else if (entry.idleSince === undefined) entry.idleSince = now;
      else if (now - entry.idleSince >= (entry.room.wasEntered ? LINGER_MS : GLANCE_MS)) {
        this.#entries.delete(key);
        entry.stop();
      }
    }
  }

  async #open(
    key: RoomKey,
    app: string,
    name: RoomName,
    waiting: ((opened: Opened) => void)[],
  ): Promise<void> {
    const opened = await this.#tryOpen(key, app, name);
    if (opened) this.#entries.set(key, { state: "open", idleSince: undefined, ...opened });
    else this.#entries.delete(key);
    for (const use of waiting) {
      if (opened) useWhole(opened.room, use);
      else use({ ok: false });
    }
  }

  async #tryOpen(
    key: RoomKey,
    app: string,
    name: RoomName,
  ): Promise<{ room: Room; stop: () => void } | undefined> {
    // Listens before it looks: what comes in between is taken in afterwards, and what it saw already is ignored.
    let early: RoomItem[] = [];
    let onItem = (item: RoomItem): void => void early.push(item);
    let stop: (() => void) | undefined;
    try {
      stop = await this.#engine.bus.subscribe(key, (item) => onItem(item));
      const holdings = await readHoldings(this.#engine, key, this.#clock.now());
      const room = new Room({
        key,
        name,
        engine: this.#engine,
        clock: this.#clock,
        flusher: this.#flusher,
        limits: this.#limitsOf(app),
        holdings,
      });
      onItem = (item) => room.onItem(item);
      for (const item of early) room.onItem(item);
      early = [];
      return { room, stop };
    } catch (error) {
      stop?.();
      this.#onFault(error);
      return undefined;
    }
  }
}

function useWhole(room: Room, use: (opened: Opened) => void): void {
  if (room.isWhole) use({ ok: true, room });
  else room.whenWhole((isWhole) => use(isWhole ? { ok: true, room } : { ok: false }));
}
