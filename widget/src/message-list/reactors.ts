import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { RoomHandle } from "../handles.ts";

/** Messages whose reactions are remembered at most; a page may stay open for a month. */
const MOST = 1000;

/**
 * Who reacted with what, as far as this page has seen it happen: history tells how many, and not who. The
 * visitor's own reactions are known from the messages themselves.
 */
export class Reactors implements ReactiveController {
  readonly #room: () => RoomHandle | undefined;
  readonly #names = new Map<string, Map<string, string>>();
  #followed: RoomHandle | undefined;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, room: () => RoomHandle | undefined) {
    this.#room = room;
    host.addController(this);
  }

  hostUpdated(): void {
    const room = this.#room();
    if (room !== this.#followed) this.#follow(room);
  }

  hostDisconnected(): void {
    this.#follow(undefined);
  }

  /** The names of those who are known to hold that reaction. */
  of(seq: number, emoji: string): Iterable<string> {
    return this.#names.get(`${seq} ${emoji}`)?.values() ?? [];
  }

  #follow(room: RoomHandle | undefined): void {
    this.#stop?.();
    if (room) this.#names.clear();
    this.#followed = room;
    this.#stop = room?.on("reaction", ({ target, emoji, on, by }) => {
      const key = `${target} ${emoji}`;
      const names = this.#names.get(key) ?? new Map<string, string>();
      if (this.#names.size > MOST) this.#names.clear();
      this.#names.set(key, names);
      if (on) names.set(by.id, by.name);
      else names.delete(by.id);
    });
  }
}
