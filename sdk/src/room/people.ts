import type { Member } from "../protocol/member.ts";
import type { RelayPacketOf } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import { makeTimer } from "../timer.ts";
import type { Link } from "./link.ts";
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

/** Keeps a room's roster: folds what the relay says, lets typists time out, asks when the list is wrong. */
export interface People {
  roster(): Roster;
  joined(members: readonly Member[] | undefined, count: number): void;
  presence(packet: RelayPacketOf<"presence">): void;
  typing(packet: RelayPacketOf<"typing">): void;
  /** Who has just written types no more. */
  wrote(userId: string): void;
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
    const at = settlesAt(roster);
    if (at === undefined) timer.stop();
    else timer.set(at - clock.now(), () => set(settled(roster, clock.now())));
  };
  /** One question at a time, and none after an answer that is out of step too: the next news brings the next. */
  const ask = (): void => {
    if (isAsking) return;
    isAsking = true;
    const done = (): void => void (isAsking = false);
    link.ask(
      { type: "members", room, limit: 200 },
      {
        ok({ members, count, next }) {
          done();
          set(listed(roster, next === undefined ? members : undefined, count));
        },
        failed: done,
      },
    );
  };

  return {
    roster: () => roster,
    joined: (members, count) => set(listed(roster, members, count)),
    presence(packet) {
      set(present(roster, packet));
      if (isOutOfStep(roster)) ask();
    },
    typing: ({ user, on }) => set(typed(roster, user, on, clock.now())),
    wrote: (id) => set(typed(roster, { id, name: "" }, false, 0)),
    hush: () => set(hushed(roster)),
  };
}
