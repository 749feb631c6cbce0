import type { Member } from "@natter/sdk/protocol";
import type { Clock } from "../clock.ts";
import type { Present, RoomItem } from "../engine/engine.ts";

/** How long an engine that could not be read is left alone. */
const RETRY_MS = 500;

/** What a renewal is made of. */
export interface RenewalParts<T> {
  clock: Clock;
  /** Reads what the room has missed. */
  read: () => Promise<T>;
  /** Takes in what was read. */
  onRead: (found: T) => void;
  /** Takes in an item that came by the bus meanwhile. */
  onItem: (item: RoomItem) => void;
}

/**
 * Brings a room up to date that may have missed something. While it reads, what the bus brings is kept, and taken in
 * afterwards in the order in which it came; who wants to use the room waits, for nobody is to be judged by what held
 * before. An engine that cannot be read is asked again, and until it answers everybody is told that it does not.
 */
export class Renewal<T> {
  readonly #parts: RenewalParts<T>;
  /** Grows with each reason to read: what was begun before the last of them may be too old. */
  #wanted = 0;
  #isUnderWay = false;
  #hasFailed = false;
  #held: RoomItem[] = [];
  /** Who is here as it was told last, and after that of each who came or (undefined) went. */
  #present: Present | undefined;
  readonly #moved = new Map<string, Member | undefined>();
  readonly #waiting: ((isWhole: boolean) => void)[] = [];

  constructor(parts: RenewalParts<T>) {
    this.#parts = parts;
  }

  /** True while the room may not know all. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** The room may have missed something; or something more, if that was known already. */
  begin(): void {
    this.#wanted++;
    if (!this.#isUnderWay) void this.#run();
  }

  /** Keeps what would change the room until it knows what was before. False for what has to be taken in now. */
  keeps(item: RoomItem): boolean {
    if (!this.#isUnderWay) return false;
    switch (item.type) {
      case "presence":
        for (const member of item.joined) this.#moved.set(member.id, member);
        for (const userId of item.left) this.#moved.set(userId, undefined);
        return true;
      case "present":
        this.#present = item;
        this.#moved.clear();
        return true;
      case "event":
        this.#held.push(item);
        return true;
      case "forgotten":
        // Taken in now, and once more: what is being read may still name them.
        this.#held.push(item);
        return false;
      default:
        return false;
    }
  }

  /** Calls `use` when the room knows all, now or later; with false if it cannot know just now. */
  whenDone(use: (isWhole: boolean) => void): void {
    if (!this.#isUnderWay) use(true);
    else if (this.#hasFailed) use(false);
    else this.#waiting.push(use);
  }

  async #run(): Promise<void> {
    this.#isUnderWay = true;
    const found = await this.#read();
    this.#isUnderWay = false;
    this.#hasFailed = false;
    this.#parts.onRead(found);
    for (const item of this.#takePresence()) this.#parts.onItem(item);
    // Any of it may show that there is more to read: then it keeps what follows.
    for (const item of this.#held.splice(0)) this.#parts.onItem(item);
    if (!this.#isUnderWay) this.#release(true);
  }

  async #read(): Promise<T> {
    for (;;) {
      const wanted = this.#wanted;
      // Events are stored before they are told: those that came so far are in what is read from now on.
      this.#held = this.#held.filter(({ type }) => type !== "event");
      try {
        const found = await this.#parts.read();
        if (wanted === this.#wanted) return found;
      } catch {
        this.#hasFailed = true;
        this.#release(false);
        await new Promise<void>((resolve) => void this.#parts.clock.after(RETRY_MS, resolve));
      }
    }
  }

  #takePresence(): RoomItem[] {
    const present = this.#present;
    this.#present = undefined;
    const joined = [...this.#moved.values()].filter((member) => member !== undefined);
    const left = [...this.#moved].flatMap(([userId, member]) => (member ? [] : [userId]));
    this.#moved.clear();
    return [
      ...(present ? [{ type: "present" as const, ...present }] : []),
      { type: "presence", joined, left },
    ];
  }

  #release(isWhole: boolean): void {
    for (const use of this.#waiting.splice(0)) use(isWhole);
  }
}
