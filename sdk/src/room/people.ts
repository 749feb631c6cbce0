import type { Member, Person } from "../protocol/member.ts";
import type { RelayPacketOf } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import { makeTimer } from "../timer.ts";
import type { Link } from "./link.ts";
import { EMPTY_ROSTER, isOutOfStep, present, settled, typed, type Roster } from "./roster.ts";

/** Keeps a room's roster: folds what the relay says, lets typists time out, asks when the list is wrong. */
export interface People {
  roster(): Roster;
  /** The relay told all of them; only their number, in a room too large to list. */
  counted(members: readonly Member[] | undefined, count: number): void;
  presence(packet: RelayPacketOf<"presence">): void;
  typing(user: Person, on: boolean): void;
  /** The line is down: who types is not known any more. */
  hush(): void;
}

export function keepPeople(room: RoomName, link: Link, changed: () => void): People {
  const { clock } = link;
  const timer = makeTimer(clock);
  let roster: Roster = EMPTY_ROSTER;
  let isAsking = false;

  const set = (next: Roster): void => {
    if (next === roster) return;
    roster = next;
    changed();
    timer.stop();
    const [first] = roster.typing;
    if (first) timer.set(first.until - clock.now(), () => set(settled(roster, clock.now())));
  };
  const counted = (members: readonly Member[] = [], count: number): void =>
    set({ ...roster, members, count });
  /** One question at a time; an answer that is wrong as well is put right by the next news. */
  const ask = (): void => {
    isAsking = true;
    const question = { type: "members" as const, room, limit: 200 };
    link.ask(question, {
      ok({ members, count, next }) {
        isAsking = false;
        counted(next === undefined ? members : [], count);
      },
      failed() {
        isAsking = false;
      },
    });
  };

  return {
    roster: () => roster,
    counted,
    presence(packet) {
      set(present(roster, packet));
      if (isOutOfStep(roster, packet) && !isAsking) ask();
    },
    typing: (user, on) => set(typed(roster, user, on, clock.now())),
    hush() {
      if (roster.typing.length > 0) set(settled(roster, Infinity));
    },
  };
}
