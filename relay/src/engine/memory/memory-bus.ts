import type { Bus, RoomItem, RoomKey } from "../engine.ts";

/** A bus between the rooms of one process: whoever listens is called before `publish` returns. */
export class MemoryBus implements Bus {
  readonly #listeners = new Map<RoomKey, Set<(item: RoomItem) => void>>();

  readonly #taps = new Set<(room: RoomKey, item: RoomItem) => void>();

  publish(room: RoomKey, item: RoomItem): void {
    for (const listener of this.#listeners.get(room) ?? []) listener(item);
    for (const tap of this.#taps) tap(room, item);
  }

  tap(listener: (room: RoomKey, item: RoomItem) => void): () => void {
    this.#taps.add(listener);
    return () => this.#taps.delete(listener);
  }

  subscribe(room: RoomKey, listener: (item: RoomItem) => void): Promise<() => void> {
    const listeners = this.#listeners.get(room) ?? new Set();
    this.#listeners.set(room, listeners.add(listener));
    return Promise.resolve(() => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(room) === listeners) this.#listeners.delete(room);
    });
  }
}
