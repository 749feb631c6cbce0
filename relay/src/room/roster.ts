import type { Member } from "@natter/sdk/protocol";

type Entry = { state: "here"; member: Member; connections: number } | { state: "leaving"; member: Member };

/**
 * Which users of this relay are in a room, by connection: the first tab of a user brings them in, and when the
 * last one goes they have a grace in which coming back is noticed by nobody. Time is an argument.
 */
export class Roster {
  readonly #users = new Map<string, Entry>();
  /** Who is leaving, in the order in which they will be gone: the room may have thousands who are not. */
  readonly #leaving = new Map<string, number>();

  /** A connection of a user came in. True if that is news: they were not here, or are called otherwise now. */
  enter(member: Member): boolean {
    const entry = this.#users.get(member.id);
    const connections = entry?.state === "here" ? entry.connections + 1 : 1;
    this.#users.set(member.id, { state: "here", member, connections });
    this.#leaving.delete(member.id);
    return !entry || !isSame(entry.member, member);
  }

  /** A user who is here is called otherwise now. True if that is news. */
  rename(member: Member): boolean {
    const entry = this.#users.get(member.id);
    if (!entry || isSame(entry.member, member)) return false;
    this.#users.set(member.id, { ...entry, member });
    return true;
  }

  /**
   * A connection of a user went; with the last one the user leaves at `goneAt`, unless they come back. `goneAt`
   * is never before that of an earlier call.
   */
  leave(userId: string, goneAt: number): void {
    const entry = this.#users.get(userId);
    if (entry?.state !== "here") return;
    if (entry.connections > 1) this.#users.set(userId, { ...entry, connections: entry.connections - 1 });
    else {
      this.#users.set(userId, { state: "leaving", member: entry.member });
      this.#leaving.set(userId, goneAt);
    }
  }

  /** A connection was taken out. True if its user is gone with it, and nobody need wait for them. */
  drop(userId: string): boolean {
    const entry = this.#users.get(userId);
    if (entry?.state !== "here") return false;
    if (entry.connections === 1) return this.#users.delete(userId);
    this.#users.set(userId, { ...entry, connections: entry.connections - 1 });
    return false;
  }

  /** When the next user's grace is over; undefined when nobody is leaving. */
  get nextGoneAt(): number | undefined {
    const [next] = this.#leaving.values();
    return next;
  }

  /** Removes and returns the users whose grace is over. */
  expire(now: number): string[] {
    const gone: string[] = [];
    for (const [id, goneAt] of this.#leaving) {
      if (goneAt > now) break;
      gone.push(id);
      this.#users.delete(id);
      this.#leaving.delete(id);
    }
    return gone;
  }

  /** Everybody who is here or about to leave. */
  *members(): Iterable<Member> {
    for (const { member } of this.#users.values()) yield member;
  }

  /** True when no user is here or about to leave. */
  get isEmpty(): boolean {
    return this.#users.size === 0;
  }
}

function isSame(a: Member, b: Member): boolean {
  return a.name === b.name && a.picture === b.picture && a.role === b.role;
}
