import type { Member } from "@natter/sdk/protocol";
import type { Clock } from "../clock.ts";
import { Roster } from "./roster.ts";

/** What is told of visitors. */
export interface VisitorParts {
  clock: Clock;
  /** How long somebody who goes is still here, in case they come back. */
  graceMs: number;
  /** Somebody is here who was not, or is called otherwise now. */
  onHere: (member: Member) => void;
  /** Somebody is gone. */
  onGone: (userId: string) => void;
}

/** The users who are in a room by way of this relay: tells of each that they came, and, after a grace, went. */
export class Visitors {
  readonly #parts: VisitorParts;
  readonly #roster = new Roster();
  #isScheduled = false;

  constructor(parts: VisitorParts) {
    this.#parts = parts;
  }

  /** True when nobody is here or about to leave. */
  get isEmpty(): boolean {
    return this.#roster.isEmpty;
  }

  /** Everybody who is here or about to leave. */
  members(): Iterable<Member> {
    return this.#roster.members();
  }

  /** A connection of a user came in. */
  enter(member: Member): void {
    if (this.#roster.enter(member)) this.#parts.onHere(member);
  }

  /** A connection of a user went; the user stays for the grace period, in case they come back. */
  leave(userId: string): void {
    this.#roster.leave(userId, this.#parts.clock.monotonic() + this.#parts.graceMs);
    this.#schedule();
  }

  /** A connection was taken out: without a grace, for it was not the user's choice. */
  drop(userId: string): void {
    if (this.#roster.drop(userId)) this.#parts.onGone(userId);
  }

  /** A user is called otherwise now. */
  rename(member: Member): void {
    if (this.#roster.rename(member)) this.#parts.onHere(member);
  }

  /** One timer for all who are leaving: they may be thousands at once. */
  #schedule(): void {
    const { clock, onGone } = this.#parts;
    const goneAt = this.#roster.nextGoneAt;
    if (this.#isScheduled || goneAt === undefined) return;
    this.#isScheduled = true;
    clock.after(Math.max(0, goneAt - clock.monotonic()), () => {
      this.#isScheduled = false;
      // A timer may fire a little early by the finer clock.
      for (const gone of this.#roster.expire(Math.max(goneAt, clock.monotonic()))) {
        onGone(gone);
      }
      this.#schedule();
    });
  }
}
