import type { Author, RoomName } from "@natter/sdk/protocol";
import { compareNames } from "../compare-names.ts";
import {
  partsOfKey,
  type Actor,
  type Forgotten,
  type Registry,
  type RoomKey,
  type RoomSummary,
} from "../engine.ts";
import { forgottenAuthor } from "../forgotten-author.ts";
import type { MemoryAudit } from "./memory-audit.ts";
import type { MemoryLog } from "./memory-log.ts";
import type { MemoryMarkers } from "./memory-markers.ts";

/** Rooms and users as wholes, in memory: all is done when the call returns. */
export class MemoryRegistry implements Registry {
  readonly #log: MemoryLog;
  readonly #markers: MemoryMarkers;
  readonly #audit: MemoryAudit;

  constructor(log: MemoryLog, markers: MemoryMarkers, audit: MemoryAudit) {
    this.#log = log;
    this.#markers = markers;
    this.#audit = audit;
  }

  list(app: string, limit: number, after?: RoomName): Promise<RoomSummary[]> {
    const rooms = this.#log.rooms(app);
    const rest = after === undefined ? rooms : rooms.filter(({ room }) => compareNames(room, after) > 0);
    return Promise.resolve(rest.slice(0, limit));
  }

  drop(key: RoomKey, { user: by, ...from }: Actor): Promise<string> {
    const { app, room } = partsOfKey(key);
    this.#audit.add(app, { action: "delete-room", by, ...from, room });
    this.#markers.dropRoom(key);
    return Promise.resolve(this.#log.drop(key));
  }

  forget(app: string, user: string, by: Author, actor: Actor): Promise<Forgotten> {
    const author = forgottenAuthor();
    this.#audit.add(app, { action: "forget", by: actor.user, ...addressOf(actor), user });
    this.#markers.dropUser(app, user);
    // Whoever forgets themselves does not leave their name behind with that.
    const deleter = by.id === user ? author : by;
    return Promise.resolve({ messages: this.#log.forget(app, user, author, deleter, actor) });
  }
}

function addressOf({ address }: Actor): { address?: string } {
  return address === undefined ? {} : { address };
}
