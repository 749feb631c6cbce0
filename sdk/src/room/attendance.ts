/*
 * Being in a room, as far as this client knows.
 *
 *   outside ──want──▶ away ──line up──▶ joining ──ok──▶ inside
 *                      ▲ ▲                │ │ ▲           │ │
 *                      │ └─ line down ────┘ │ └─ lost ────┘ │
 *                      │     or "later"     │    track      │
 *                      │                    └── no ─┐       │
 *                      └──────── line down ─────────┼───────┘
 *                                                   ▼
 *                                  removed ◀── left, no ──   (leads out by `rejoin` only)
 *
 *   any ── close ──▶ closed
 */
import { ChatError } from "../chat-error.ts";
import type { Position, RoomEvent } from "../protocol/log.ts";
import type { JoinResult } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import { makeTimer } from "../timer.ts";
import type { Link, LinkNews } from "./link.ts";
import { isPassing } from "./outbox.ts";

/** Where this client stands. `held`: live events that came before the join was answered. */
export type Attending =
  | { readonly at: "outside" }
  | { readonly at: "away" }
  | { readonly at: "joining"; readonly held: RoomEvent[] }
  | { readonly at: "inside" }
  | { readonly at: "removed"; readonly error: ChatError }
  | { readonly at: "closed"; readonly error: ChatError };

/** What attending needs of the room. */
export interface AttendanceParts {
  readonly room: RoomName;
  readonly link: Link;
  /** The place to go on from, if anything is held. */
  position(): Position | undefined;
  /** The relay let this client in; the room's state follows from the result, and then the held events. */
  joined(result: JoinResult, held: readonly RoomEvent[]): void;
  /** Where this client stands has changed. */
  changed(): void;
}

/** Joins when there is a line, joins again when the place in the log was lost, and takes no for an answer. */
export interface Attendance {
  state(): Attending;
  /** From now on this client wants to be in the room. */
  want(): void;
  /** Tries once more after having been removed. */
  rejoin(): void;
  /** The line is up, or down, or this user's rights may have changed. */
  hear(news: LinkNews): void;
  /** True when an event was kept for later, because the join that it belongs to is not answered yet. */
  hold(event: RoomEvent): boolean;
  /** Events follow each other as they should. */
  onTrack(): void;
  /** An event is missing: join again from the place that is held. */
  lostTrack(): void;
  /** The relay took this client out. */
  remove(error: ChatError): void;
  close(): void;
}

/** Events held during a join at most; beyond, the place is lost and joined for again. */
const HELD_MAX = 2_000;

export function attend({ room, link, position, joined, changed }: AttendanceParts): Attendance {
  const timer = makeTimer(link.clock);
  let state: Attending = { at: "outside" };
  /** Joins in a row that brought nothing: a relay that keeps losing the place is not asked in a tight loop. */
  let vain = 0;

  const become = (next: Attending): void => {
    timer.stop();
    state = next;
    changed();
  };
  /** Joins; an answer that comes when this client stands elsewhere by now is nobody's. */
  const ask = (held: RoomEvent[]): void => {
    const since = position();
    const { at } = state;
    link.ask(
      { type: "join", room, ...(since && { since }) },
      {
        ok(result) {
          if (state.at !== at) return;
          state = { at: "inside" };
          joined(result, held);
        },
        failed(error) {
          if (state.at === at) refused(error);
        },
      },
    );
  };
  const refused = (error: ChatError): void => {
    if (!isPassing(error, vain)) return become({ at: "removed", error });
    // A join that only refreshed has lost nothing.
    if (state.at === "joining") retry(error.retryAfter);
  };
  const retry = (waitMs = link.backoffMs(vain++)): void => {
    become({ at: "away" });
    timer.set(waitMs, approach);
  };
  const approach = (): void => {
    if (!link.hasLine) return become({ at: "away" });
    const held: RoomEvent[] = [];
    become({ at: "joining", held });
    ask(held);
  };
  /** What one token did not allow, the next one may. */
  const retryForbidden = (): void => {
    if (state.at === "removed" && state.error.code === "forbidden") approach();
  };

  return {
    state: () => state,
    want() {
      if (state.at === "outside") approach();
    },
    rejoin() {
      if (state.at === "removed") approach();
    },
    hear(news) {
      const { at } = state;
      if (news === "line-down" && (at === "joining" || at === "inside")) become({ at: "away" });
      else if (news === "line-up" && at === "away") approach();
      // The room's state is asked for again, without leaving it.
      else if (news === "renewed" && at === "inside") ask([]);
      else if (news === "renewed" || news === "line-up") retryForbidden();
    },
    hold(event) {
      if (state.at !== "joining") return false;
      if (state.held.length < HELD_MAX) state.held.push(event);
      return true;
    },
    onTrack() {
      vain = 0;
    },
    lostTrack() {
      if (vain++ === 0) approach();
      else retry();
    },
    remove: (error) => become({ at: "removed", error }),
    close: () => become({ at: "closed", error: CLOSED }),
  };
}

/** What everything that still waits for a room ends with when its handle is closed. */
export const CLOSED = new ChatError("closed", "This room's handle is closed.");
