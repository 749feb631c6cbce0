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
import type { Link } from "./link.ts";
import { isPassing } from "./outbox.ts";

/** Where this client stands. `held`: live events that came before the join was answered. */
export type Attending =
  | { readonly at: "outside" }
  | { readonly at: "away"; readonly stopTimer: () => void }
  | { readonly at: "joining"; readonly held: RoomEvent[] }
  | { readonly at: "inside" }
  | { readonly at: "removed"; readonly error: ChatError }
  | { readonly at: "closed" };

/** What attending tells the room. */
export interface AttendanceParts {
  readonly room: RoomName;
  readonly link: Link;
  /** The place to go on from, if anything is held. */
  position(): Position | undefined;
  /** The relay let this client in; the room's state follows from the result and then the held events. */
  joined(result: JoinResult, held: readonly RoomEvent[]): void;
  /** Something about where this client stands has changed. */
  changed(): void;
}

/** What everything that still waited for a room ends with when its handle is closed. */
export const CLOSED = new ChatError("closed", "This room's handle is closed.");

/** Events held during a join at most; beyond, the place is lost and joined for again. */
const HELD_MAX = 2_000;

/** Joins when there is a line, joins again when the place in the log was lost, and takes no for an answer. */
export class Attendance {
  readonly #parts: AttendanceParts;
  #state: Attending = { at: "outside" };
  #arrivals: { resolve: () => void; reject: (error: ChatError) => void }[] = [];
  /** Joins in a row that brought nothing; a relay that keeps losing the place is not asked in a tight loop. */
  #vain = 0;

  constructor(parts: AttendanceParts) {
    this.#parts = parts;
  }

  get state(): Attending {
    return this.#state;
  }

  /** From now on this client wants to be in the room. */
  want(): void {
    if (this.#state.at === "outside") this.#approach();
  }

  /** Tries once more after having been removed. */
  rejoin(): void {
    if (this.#state.at === "removed") this.#approach();
  }

  lineUp(): void {
    if (this.#state.at === "away") this.#approach();
  }

  lineDown(): void {
    if (this.#state.at === "joining" || this.#state.at === "inside") this.#away();
  }

  /** Resolves once this client is inside; rejects when it was removed, or the handle closed. */
  arrived(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#arrivals.push({ resolve, reject });
      this.#release();
    });
  }

  /** True when an event was kept for later, because the join that it belongs to is not answered yet. */
  hold(event: RoomEvent): boolean {
    if (this.#state.at !== "joining") return false;
    if (this.#state.held.length < HELD_MAX) this.#state.held.push(event);
    return true;
  }

  /** Events follow each other as they should. */
  onTrack(): void {
    this.#vain = 0;
  }

  /** An event is missing: join again from the place that is held. */
  lostTrack(): void {
    if (this.#state.at !== "inside") return;
    if (this.#vain++ === 0) this.#join();
    else this.#away(this.#parts.link.backoffMs(this.#vain));
  }

  /** Rights may have changed: asks for the room's state again, without leaving it. */
  refresh(): void {
    if (this.#state.at === "inside") this.#ask([], (error) => this.#refused(error));
  }

  /** The relay took this client out. */
  remove(error: ChatError): void {
    if (this.#state.at !== "closed") this.#become({ at: "removed", error });
  }

  /** True when a `leave` is due to the relay. */
  close(): boolean {
    const isKnown = this.#state.at === "inside" || this.#state.at === "joining";
    this.#become({ at: "closed" });
    return isKnown;
  }

  #approach(): void {
    if (this.#parts.link.hasLine) this.#join();
    else this.#away();
  }

  #join(): void {
    const held: RoomEvent[] = [];
    const joining: Attending = { at: "joining", held };
    this.#become(joining);
    this.#ask(held, (error) => {
      if (this.#state === joining) this.#refused(error);
    });
  }

  #ask(held: RoomEvent[], failed: (error: ChatError) => void): void {
    const { room, link, position, joined } = this.#parts;
    const since = position();
    link.ask(
      { type: "join", room, ...(since && { since }) },
      {
        ok: (result) => {
          if (this.#state.at !== "joining" && this.#state.at !== "inside") return;
          this.#become({ at: "inside" });
          joined(result, held);
        },
        failed,
      },
    );
  }

  #refused(error: ChatError): void {
    if (this.#state.at === "closed" || this.#state.at === "removed") return;
    if (!isPassing(error, this.#vain)) return this.remove(error);
    // Without a line the next one brings the next try; a join that only refreshed has lost nothing.
    if (error.code === "offline" || this.#state.at === "inside") return;
    this.#away(error.retryAfter ?? this.#parts.link.backoffMs(this.#vain++));
  }

  /** Out of the room for now; with `retryMs`, tries again by itself. */
  #away(retryMs?: number): void {
    const { clock } = this.#parts.link;
    const stopTimer = retryMs === undefined ? () => {} : clock.after(retryMs, () => this.lineUp());
    this.#become({ at: "away", stopTimer });
  }

  #become(state: Attending): void {
    if (this.#state.at === "away") this.#state.stopTimer();
    const before = this.#state;
    this.#state = state;
    if (before.at !== state.at) this.#parts.changed();
    this.#release();
  }

  #release(): void {
    const { at } = this.#state;
    if (at !== "inside" && at !== "removed" && at !== "closed") return;
    const error = at === "removed" ? this.#state.error : CLOSED;
    for (const { resolve, reject } of this.#arrivals.splice(0)) at === "inside" ? resolve() : reject(error);
  }
}
