import type { JoinResult, RelayPacketOf } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import type { Emitter } from "../subscribable.ts";
import type { Link } from "./link.ts";
import type { RoomListeners } from "./room-events.ts";
import {
  EMPTY_ROSTER,
  hushed,
  isOutOfStep,
  listed,
  present,
  settled,
  settlesAt,
  typed,
  type Roster,
} from "./roster.ts";

/** A list that is out of step is asked for again at most this often. */
const ASK_MS = 5_000;
/** More than any list holds. */
const LIST_LIMIT = 200;

/** Keeps a room's roster: folds what the relay says, lets typists time out, asks again when the list is wrong. */
export class People {
  readonly #room: RoomName;
  readonly #link: Link;
  readonly #emitter: Emitter<RoomListeners>;
  readonly #changed: () => void;
  #roster: Roster = EMPTY_ROSTER;
  #stopTyping: () => void = () => {};
  #stopAsking: (() => void) | undefined;

  constructor(room: RoomName, link: Link, emitter: Emitter<RoomListeners>, changed: () => void) {
    this.#room = room;
    this.#link = link;
    this.#emitter = emitter;
    this.#changed = changed;
  }

  get roster(): Roster {
    return this.#roster;
  }

  joined({ members, count }: JoinResult): void {
    this.#set(listed(this.#roster, members, count));
  }

  presence(packet: RelayPacketOf<"presence">): void {
    const { count, joined = [], left = [] } = packet;
    this.#set(present(this.#roster, packet));
    this.#emitter.emit("presence", { count, joined, left });
    if (isOutOfStep(this.#roster)) this.#askSoon();
  }

  typing({ user, on }: RelayPacketOf<"typing">): void {
    if (user.id === this.#link.user?.id) return;
    this.#set(typed(this.#roster, user, on, this.#link.clock.now()));
    this.#emitter.emit("typing", { user, on });
  }

  /** Who has just written types no more. */
  wrote(userId: string): void {
    this.#set(typed(this.#roster, { id: userId, name: "" }, false, 0));
  }

  /** The line is down. */
  hush(): void {
    this.#stopAsking?.();
    this.#stopAsking = undefined;
    this.#set(hushed(this.#roster));
  }

  #set(roster: Roster): void {
    if (roster === this.#roster) return;
    this.#roster = roster;
    this.#changed();
    this.#settleLater();
  }

  #settleLater(): void {
    this.#stopTyping();
    const at = settlesAt(this.#roster);
    if (at === undefined) return;
    const { clock } = this.#link;
    this.#stopTyping = clock.after(at - clock.now(), () => this.#set(settled(this.#roster, clock.now())));
  }

  /** At once, and then no more often than every so many ms. */
  #askSoon(): void {
    if (this.#stopAsking) return;
    this.#ask();
    this.#stopAsking = this.#link.clock.after(ASK_MS, () => {
      this.#stopAsking = undefined;
      if (isOutOfStep(this.#roster)) this.#askSoon();
    });
  }

  #ask(): void {
    this.#link.ask(
      { type: "members", room: this.#room, limit: LIST_LIMIT },
      {
        ok: ({ members, count, next }) =>
          this.#set(listed(this.#roster, next === undefined ? members : undefined, count)),
        // The list stays as it is; the next change of it, or the next join, tries again.
        failed: () => {},
      },
    );
  }
}
