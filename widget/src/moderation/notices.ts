import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { RoomListeners, RoomView } from "@natter/sdk";
import type { ModerationAction, Settings } from "@natter/sdk/protocol";
import type { RoomHandle } from "../handles.ts";
import { mayModerate } from "./subject.ts";

/** What was done to the room or to somebody in it. */
export type Deed = ModerationAction | "pinned" | "slow" | "fast" | "lock" | "unlock" | "title";

/** A quiet line between messages. `what`: the one it was done to, or the new title. */
export interface Notice {
  seq: number;
  at: number;
  deed: Deed;
  by: string;
  what: string;
  /** How long a mute or ban lasts, or the pause of slow mode; absent where there is no end. */
  seconds?: number;
}

/** Older ones are forgotten; whoever looks for them scrolls no further than that. */
const MOST = 100;

/**
 * Hears what is done in a room while it is looked at: of pins and settings for everybody, of what befalls people
 * for moderators. Those it befalls are told where it stops them: by the composer, or in the room's place.
 */
export class Notices implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #room: () => RoomHandle | undefined;
  #heard: RoomHandle | undefined;
  #stops: (() => void)[] = [];
  #settings: Settings = {};
  list: readonly Notice[] = [];

  constructor(host: ReactiveControllerHost & HTMLElement, room: () => RoomHandle | undefined) {
    this.#host = host;
    this.#room = room;
    host.addController(this);
  }

  hostUpdate(): void {
    if (this.#host.isConnected) this.#hear(this.#room());
    this.#settings = this.#heard?.view().settings ?? {};
  }

  hostDisconnected(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#heard = undefined;
  }

  #hear(room: RoomHandle | undefined): void {
    if (room === this.#heard) return;
    this.hostDisconnected();
    this.list = [];
    this.#heard = room;
    if (!room) return;
    this.#stops = [
      room.on("pin", (event) => {
        if (event.on) this.#add({ ...placeOf(event), deed: "pinned", what: "" });
      }),
      room.on("settings", (event) => {
        for (const change of changes(this.#settings, event.settings, event.room))
          this.#add({ ...placeOf(event), ...change });
        this.#settings = event.settings;
      }),
      room.on("moderation", (event) => {
        if (mayModerate(room.view().can)) this.#add(ofModeration(event, room.view()));
      }),
    ];
  }

  #add(notice: Notice): void {
    this.list = [...this.list, notice].slice(-MOST);
    this.#host.requestUpdate();
  }
}

type Place = Pick<Notice, "seq" | "at" | "by">;

function placeOf({ seq, at, by }: RoomListeners["moderation" | "pin" | "settings"]): Place {
  return { seq, at, by: by.name };
}

/** What an act of moderation says, with the best name there is for the one it befell. */
export function ofModeration(
  event: RoomListeners["moderation"],
  { members, messages }: Pick<RoomView, "members" | "messages">,
): Notice {
  const { action, user, name, until, at } = event;
  const known = members.find(({ id }) => id === user) ?? messages.findLast(({ by }) => by.id === user)?.by;
  const seconds = until === undefined ? {} : { seconds: Math.round((until - at) / 1000) };
  return { ...placeOf(event), deed: action, what: name ?? known?.name ?? user, ...seconds };
}

/** What is different between two settings of a room, which goes by its own name without a title. */
export function changes(
  before: Settings,
  after: Settings,
  room: string,
): Pick<Notice, "deed" | "what" | "seconds">[] {
  const told: Pick<Notice, "deed" | "what" | "seconds">[] = [];
  const { title = "", slowMode: seconds = 0, locked = false } = after;
  if (title !== (before.title ?? "")) told.push({ deed: "title", what: title || room });
  if (seconds !== (before.slowMode ?? 0)) {
    told.push(seconds === 0 ? { deed: "fast", what: "" } : { deed: "slow", what: "", seconds });
  }
  if (locked !== (before.locked ?? false)) told.push({ deed: locked ? "lock" : "unlock", what: "" });
  return told;
}
