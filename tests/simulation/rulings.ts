import type { RelayPacket } from "@natter/sdk/protocol";

type Stored = Extract<RelayPacket, { type: "event" }>;

/** When and where something was stored, and what its author's relay knew when it let them. */
export interface Storing {
  /** The relay's clock when that was done; events are dated when it begins. */
  now: number;
  /** Whatever tells storings apart for {@link knew}. */
  commit: number;
  /** Whether the relay knew of a ruling when it handed this in. */
  knew: (ruling: { seq: number; commit: number }) => boolean;
}

/** Something that a moderator ruled: `commit` is the one that brought it. */
interface Ruling {
  seq: number;
  commit: number;
  action: "ban" | "mute" | "lock" | "none";
  until: number;
}

/** What is no longer allowed, by what takes it away and by what gives it back. */
const TOPICS: { [action: string]: "ban" | "mute" } = {
  ban: "ban",
  unban: "ban",
  mute: "mute",
  unmute: "mute",
};

/** What moderators have ruled in the logs, and what stands there although its author had no right to it. */
export class Rulings {
  readonly #rulings = new Map<string, Ruling[]>();
  readonly #authors = new Map<string, string>();
  readonly #storedAt = new Map<string, number>();

  /**
   * Takes in an event of a log.
   *
   * @returns why it should not stand there, if there is a reason
   */
  note(epoch: string, event: Stored, { now, commit, knew }: Storing): string | undefined {
    const log = `${event.room} ${epoch}`;
    const why = this.#objection(log, event, knew);
    this.#storedAt.set(`${log} ${event.seq}`, now);
    if (event.kind === "message") this.#authors.set(`${log} ${event.seq}`, event.by.id);
    if (event.kind === "moderation" && event.action !== "kick") {
      const { action, until = Infinity, user } = event;
      const topic = TOPICS[action] ?? "ban";
      this.#rule(`${log} ${topic} ${user}`, event.seq, commit, action === topic ? topic : "none", until);
    }
    if (event.kind === "settings") {
      this.#rule(`${log} lock`, event.seq, commit, event.settings.locked ? "lock" : "none", Infinity);
    }
    return why;
  }

  /**
   * Whether a ban that stands in the log before an event still held when the event was there to be told. Once it
   * is lifted its user may read what happened meanwhile, as anybody may.
   */
  isBanned(user: string, epoch: string, event: Stored): boolean {
    const log = `${event.room} ${epoch}`;
    const rulings = this.#rulings.get(`${log} ban ${user}`) ?? [];
    if (rulings.some(({ seq, action }) => seq >= event.seq && action === "none")) return false;
    const last = rulings.findLast(({ seq }) => seq < event.seq);
    return last?.action === "ban" && (this.#storedAt.get(`${log} ${event.seq}`) ?? 0) < last.until;
  }

  /** The relay's clock was set: until when something holds is anybody's guess. */
  clockSet(): void {
    for (const rulings of this.#rulings.values()) {
      for (const ruling of rulings) if (ruling.until < Infinity) ruling.action = "none";
    }
  }

  #rule(key: string, seq: number, commit: number, action: Ruling["action"], until: number): void {
    const rulings = this.#rulings.get(key) ?? [];
    this.#rulings.set(key, rulings);
    rulings.push({ seq, commit, action, until });
  }

  #objection(log: string, event: Stored, knew: Storing["knew"]): string | undefined {
    const { by, kind } = event;
    const { role } = by;
    if (role === "reader") return "a reader's";
    if (this.#holds(`${log} ban ${by.id}`, event, knew)) return "of somebody banned";
    if (kind === "moderation" || kind === "settings" || kind === "pin") {
      return role === "moderator" ? undefined : "a moderator's business";
    }
    if (this.#holds(`${log} mute ${by.id}`, event, knew)) return "of somebody muted";
    if (role === "member" && this.#holds(`${log} lock`, event, knew)) return "in a locked room";
    if (kind !== "edit" && kind !== "delete") return undefined;
    const author = this.#authors.get(`${log} ${event.target}`);
    const mayChange = author === by.id || (kind === "delete" && role === "moderator");
    return mayChange ? undefined : `about a message of ${author}`;
  }

  /** What was let through before the ruling was known comes after it, and rightly so; later it is no longer taken. */
  #holds(key: string, event: Stored, knew: Storing["knew"]): boolean {
    const last = this.#rulings.get(key)?.at(-1);
    return last !== undefined && last.action !== "none" && event.at < last.until && knew(last);
  }
}
