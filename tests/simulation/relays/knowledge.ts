import type { RoomName } from "@natter/sdk/protocol";
import { partsOfKey, type RoomKey } from "../../../relay/src/engine/engine.ts";
import type { Place } from "./store.ts";

/** What was ruled at a place of a log, and when it was stored, in virtual ms. */
export interface Ruled {
  seq: number;
  commit: number;
}

/** Whether a ruling of a log was known. */
export type Knew = (ruling: Ruled, epoch: string) => boolean;

/** How long a ruling takes at most to a relay from which nothing was lost. */
const NEWS_MS = 2000;

/** How long after a loss a relay has found out by itself. */
const LOOK_MS = 32_000;

/** What knowledge is made of. */
export interface KnowledgeParts {
  now: () => number;
  /** When something was lost last on the way to the relay. */
  troubledAt: () => number;
  placeOf: (app: string, room: RoomName) => Place | undefined;
}

/** What a relay's rooms had been told at which time: it may store nothing that they then knew to be forbidden. */
export class Knowledge {
  readonly #parts: KnowledgeParts;
  readonly #history = new Map<RoomKey, (Place & { at: number })[]>();
  #handedInAt = 0;
  #answeredAt: number | undefined = -1;

  constructor(parts: KnowledgeParts) {
    this.#parts = parts;
  }

  /** A room was told something. */
  note(room: RoomKey): void {
    const { app, room: name } = partsOfKey(room);
    const place = this.#parts.placeOf(app, name);
    if (!place) return;
    const history = this.#history.get(room) ?? [];
    this.#history.set(room, history);
    history.push({ ...place, at: this.#parts.now() });
  }

  /**
   * A batch is handed in. What is in it was let through after the batch before was handed in; or, if that was answered
   * by then, just now. Returns which rulings must have been known.
   */
  handIn(): (room: RoomKey) => Knew {
    const now = this.#parts.now();
    const isIdle = this.#answeredAt !== undefined && this.#answeredAt < now;
    const judgedFrom = isIdle ? now : this.#handedInAt;
    this.#handedInAt = now;
    this.#answeredAt = undefined;
    const troubledAt = this.#parts.troubledAt();
    return (room) => this.#knewAt(room, judgedFrom, troubledAt);
  }

  /** The batch is answered. */
  answered(): void {
    this.#answeredAt = this.#parts.now();
  }

  #knewAt(room: RoomKey, judgedFrom: number, troubledAt: number): Knew {
    const known = this.#history.get(room)?.findLast(({ at }) => at < judgedFrom);
    return ({ seq, commit }, epoch) => {
      if (known && known.epoch === epoch && known.seq >= seq) return true;
      const told = troubledAt < commit ? commit + NEWS_MS : Math.max(commit, troubledAt) + LOOK_MS;
      return told < judgedFrom;
    };
  }
}
