import { createHash } from "node:crypto";
import type { RoomKey } from "../engine.ts";

/**
 * What things are filed under in Redis. A room's keys share one slot by their hash tag, which is a digest: names of
 * rooms are anybody's text, and no part of a key. `prefix` keeps one installation's keys from another's.
 */
export class Keys {
  readonly #prefix: string;
  readonly #tags = new Map<RoomKey, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A key of a room, or the channel that its items are told by. */
  room(room: RoomKey, part: string): string {
    return `${this.#prefix}{${this.#tag(room)}}:${part}`;
  }

  /** A key of an app's own. */
  app(app: string, part: string): string {
    return `${this.#prefix}{app:${app}}:${part}`;
  }

  /** A key of the whole installation. */
  all(part: string): string {
    return `${this.#prefix}{all}:${part}`;
  }

  #tag(room: RoomKey): string {
    const known = this.#tags.get(room);
    if (known !== undefined) return known;
    const tag = createHash("sha256").update(room).digest("base64url").slice(0, 22);
    // Digests are dear beside all else that a key costs, but what anybody may name must not fill the memory.
    if (this.#tags.size >= MAX_TAGS) this.#tags.clear();
    this.#tags.set(room, tag);
    return tag;
  }
}

const MAX_TAGS = 10_000;
