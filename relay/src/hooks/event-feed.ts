import type { Clock } from "../clock.ts";
import { partsOfKey, type Bus, type RoomItem, type RoomKey } from "../engine/engine.ts";
import type { Log } from "../telemetry/log.ts";
import type { Hook, HookOptions, StoredEvent } from "./hooks.ts";
import { within } from "./within.ts";

/** Events that may wait for a hook, over all rooms. */
const MAX_WAITING = 100_000;

const DEFAULT_TIMEOUT_MS = 10_000;

/** Brings a hook every event that is stored: those of one room in their order, and nobody waits for it. */
export class EventFeed {
  readonly #call: (stored: StoredEvent) => unknown;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #rooms = new Map<RoomKey, StoredEvent[]>();
  readonly #stop: () => void;
  #waiting = 0;
  #missed = 0;
  #isScheduled = false;
  readonly #onIdle: (() => void)[] = [];

  constructor(
    hook: Hook<(stored: StoredEvent) => unknown, Pick<HookOptions, "timeoutMs">>,
    parts: { bus: Bus; clock: Clock; log: Log },
  ) {
    const { call, timeoutMs = DEFAULT_TIMEOUT_MS } = typeof hook === "function" ? { call: hook } : hook;
    this.#call = call;
    this.#timeoutMs = timeoutMs;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#stop = parts.bus.tap((room, item) => this.#onItem(room, item));
  }

  /** Takes no more, and resolves when the hook has heard what was stored, or when it is too late for that. */
  async close(withinMs: number): Promise<void> {
    this.#stop();
    if (this.#rooms.size === 0) return;
    const isIdle = new Promise<void>((resolve) => this.#onIdle.push(resolve));
    await within(this.#clock, Math.max(withinMs, 1), () => isIdle);
  }

  #onItem(room: RoomKey, item: RoomItem): void {
    if (item.type !== "event") return;
    if (this.#waiting >= MAX_WAITING) return this.#miss();
    const stored = { ...partsOfKey(room), epoch: item.epoch, event: item.event };
    const waiting = this.#rooms.get(room);
    this.#waiting++;
    if (waiting) return void waiting.push(stored);
    this.#rooms.set(room, [stored]);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // After those who are in the room have been told.
    this.#clock.soon(() => this.#begin());
  }

  readonly #busy = new Set<RoomKey>();

  #begin(): void {
    this.#isScheduled = false;
    for (const room of this.#rooms.keys()) if (!this.#busy.has(room)) void this.#tellAll(room);
  }

  async #tellAll(room: RoomKey): Promise<void> {
    this.#busy.add(room);
    for (let stored = this.#next(room); stored; stored = this.#next(room)) {
      const told = structuredClone(stored);
      const called = await within(this.#clock, this.#timeoutMs, () => this.#call(told));
      this.#waiting--;
      if (!called.ok) {
        const { app, event } = stored;
        this.#log.error(
          { app, seq: event.seq },
          `The hook onEvent failed: ${called.why}; the event was skipped.`,
        );
      }
    }
    this.#busy.delete(room);
    this.#rooms.delete(room);
    if (this.#rooms.size > 0) return;
    for (const done of this.#onIdle.splice(0)) done();
  }

  #next(room: RoomKey): StoredEvent | undefined {
    return this.#rooms.get(room)?.shift();
  }

  #miss(): void {
    if (this.#missed++ % 10_000 > 0) return;
    this.#log.error({ missed: this.#missed }, "The hook onEvent is too slow: events pass it by.");
  }
}
