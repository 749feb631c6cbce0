import type { Member } from "@natter/sdk/protocol";
import type { Present } from "../engine/engine.ts";

/** What the members of a room are told about who is here. */
export interface PresenceNews {
  count: number;
  /** Only while the room lists its members. */
  joined?: Member[];
  left?: string[];
}

/**
 * Who is present in a room over all relays, and what of it has not been told yet. Up to `listLimit` members are
 * listed by name; above, only counted. Changes within one tick fold into one piece of news, and somebody who
 * came and went in the same tick is not mentioned. Where the engine names nobody, only their number is held.
 */
export class Attendance {
  /** Undefined where the engine only counts them. */
  #members: Map<string, Member> | undefined;
  #count: number;
  readonly #listLimit: number;
  #mode: "list" | "count";
  #joined = new Map<string, Member>();
  #left = new Set<string>();
  #counted = false;

  constructor({ count, members }: Present, listLimit: number) {
    this.#members = members && byId(members);
    this.#count = count;
    this.#listLimit = listLimit;
    this.#mode = this.count > listLimit ? "count" : "list";
  }

  get count(): number {
    return this.#members?.size ?? this.#count;
  }

  /** False where there are too many for anybody to hold a list of them. */
  get isNamed(): boolean {
    return this.#members !== undefined;
  }

  /** True until the room has been told that there are too many to name: news of who came and went is due at once. */
  get tellsChanges(): boolean {
    return this.#mode === "list";
  }

  /** True while members are told by name. */
  get isListed(): boolean {
    return this.#mode === "list" && this.count <= this.#listLimit;
  }

  /** Everybody here, ordered by id; nobody where they are not named. */
  list(): Member[] {
    return [...(this.#members?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The member of that id, if they are here and named. */
  find(userId: string): Member | undefined {
    return this.#members?.get(userId);
  }

  /** Takes in who is here as it is told anew: what differs is news. */
  replace({ count, members }: Present): void {
    if (!members) {
      this.#counted ||= count !== this.count;
      this.#members = undefined;
      this.#count = count;
      return;
    }
    const now = byId(members);
    if (this.#members) {
      for (const id of [...this.#members.keys()]) if (!now.has(id)) this.leave(id);
      for (const member of members) this.enter(member);
      return;
    }
    // Nobody has a list to apply changes to: the mode sees to it that the whole one is told.
    this.#counted = true;
    this.#members = now;
  }

  enter(member: Member): void {
    if (!this.#members) return;
    const known = this.#members.get(member.id);
    this.#members.set(member.id, member);
    if (known && known.name === member.name && known.picture === member.picture && known.role === member.role)
      return;
    this.#left.delete(member.id);
    this.#joined.set(member.id, member);
    this.#counted = true;
  }

  leave(userId: string): void {
    if (!this.#members?.delete(userId)) return;
    // Told as gone even if their coming was never told: members who came in meanwhile have them in their list.
    this.#joined.delete(userId);
    this.#left.add(userId);
    this.#counted = true;
  }

  /** True when {@link takeNews} has something to tell. */
  get hasNews(): boolean {
    return this.#counted;
  }

  /** What is to be told, once. */
  takeNews(): PresenceNews | undefined {
    if (!this.#counted) return undefined;
    const news = this.#nextNews();
    this.#joined = new Map();
    this.#left = new Set();
    this.#counted = false;
    return news;
  }

  #nextNews(): PresenceNews {
    const count = this.count;
    if (count > this.#listLimit || !this.#members) {
      this.#mode = "count";
      return { count };
    }
    // Back from counting: nobody has a list to apply changes to, so the whole one is told.
    if (this.#mode === "count" && count > this.#listLimit * 0.9) return { count };
    if (this.#mode === "count") {
      this.#mode = "list";
      return { count, joined: this.list(), left: [] };
    }
    return { count, joined: [...this.#joined.values()], left: [...this.#left] };
  }
}

function byId(members: readonly Member[]): Map<string, Member> {
  return new Map(members.map((member) => [member.id, member]));
}
