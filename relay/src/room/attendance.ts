import type { Member } from "@natter/sdk/protocol";

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
 * came and went in the same tick is not mentioned.
 */
export class Attendance {
  readonly #members: Map<string, Member>;
  readonly #listLimit: number;
  #mode: "list" | "count";
  #joined = new Map<string, Member>();
  #left = new Set<string>();
  #counted = false;

  constructor(members: readonly Member[], listLimit: number) {
    this.#members = new Map(members.map((member) => [member.id, member]));
    this.#listLimit = listLimit;
    this.#mode = this.#members.size > listLimit ? "count" : "list";
  }

  get count(): number {
    return this.#members.size;
  }

  /** True until the room has been told that there are too many to name: news of who came and went is due at once. */
  get tellsChanges(): boolean {
    return this.#mode === "list";
  }

  /** True while members are told by name. */
  get isListed(): boolean {
    return this.#mode === "list" && this.#members.size <= this.#listLimit;
  }

  /** Everybody here, ordered by id. */
  list(): Member[] {
    return [...this.#members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The member of that id, if they are here. */
  find(userId: string): Member | undefined {
    return this.#members.get(userId);
  }

  enter(member: Member): void {
    const known = this.#members.get(member.id);
    this.#members.set(member.id, member);
    if (known && known.name === member.name && known.picture === member.picture && known.role === member.role)
      return;
    this.#left.delete(member.id);
    this.#joined.set(member.id, member);
    this.#counted = true;
  }

  leave(userId: string): void {
    if (!this.#members.delete(userId)) return;
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
    if (count > this.#listLimit) {
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
