import type { Member } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";

/** One who comes, comes by what may have been said before (`again`), or goes. */
export type Word =
  { what: "enter"; member: Member } | { what: "again"; member: Member } | { what: "leave"; user: string };

/** How a {@link Teller} reaches Redis, on behalf of one room. Both reject when Redis is away. */
export interface TellerLine {
  /** Says who comes and who goes, in one step; resolves with how many are in the room then. */
  tell(words: readonly Word[]): Promise<{ count: number }>;
  /** Who is here by this relay, as Redis knows it. */
  told(): Promise<string[]>;
}

/** Users told of in one step: some milliseconds of Redis' time. */
const MAX_WORDS = 1000;

/** A room with more members than this is told of them together, every so often. */
const LARGE = 300;
const LARGE_EVERY_MS = 300;

/**
 * Tells Redis who is in a room by this relay. One step is under way at a time, and what happens meanwhile goes with
 * the next, so that nobody's coming and going overtake each other. When it is unknown what Redis knows, it is asked,
 * and told what differs.
 */
export class Teller {
  readonly #line: TellerLine;
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  readonly #here = new Map<string, Member>();
  /** What is to be said, one step each; no user is twice in one. */
  readonly #steps: Map<string, Word>[] = [];
  #state: "idle" | "busy" | "resting" = "idle";
  /** True when Redis may know something else than what it was told. */
  #isDoubtful = false;
  /** Whose word may not have arrived. */
  readonly #unsure = new Set<string>();

  /** @param onIdle told when there is nothing more to say, or no way to say it */
  constructor(line: TellerLine, clock: Clock, onIdle: () => void) {
    this.#line = line;
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** How many are here by this relay. */
  get size(): number {
    return this.#here.size;
  }

  /** True when Redis has been told everything. */
  get isDone(): boolean {
    return this.#state === "idle" && !this.#isDoubtful && this.#steps.length === 0;
  }

  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  /** Who is here by this relay. */
  members(): Iterable<Member> {
    return this.#here.values();
  }

  enter(member: Member): void {
    this.#here.set(member.id, member);
    this.#say(member.id, { what: "enter", member });
  }

  leave(user: string): void {
    if (this.#here.delete(user)) this.#say(user, { what: "leave", user });
  }

  /** Has Redis asked what it knows, and told what it does not. */
  doubt(): void {
    for (const step of this.#steps.splice(0)) for (const user of step.keys()) this.#unsure.add(user);
    this.#isDoubtful = true;
    this.wake();
  }

  /** Goes on, if there is anything to say. */
  wake(): void {
    if (this.#state !== "idle" || (this.#steps.length === 0 && !this.#isDoubtful)) return;
    this.#state = "busy";
    void this.#work();
  }

  #say(user: string, word: Word): void {
    if (this.#isDoubtful) this.#unsure.add(user);
    else this.#append(user, word);
    this.wake();
  }

  #append(user: string, word: Word): void {
    const last = this.#steps.at(-1);
    const before = last?.get(user);
    const fits =
      last && (before ? (before.what === "leave") === (word.what === "leave") : last.size < MAX_WORDS);
    if (fits) last.set(user, word);
    else this.#steps.push(new Map([[user, word]]));
  }

  async #work(): Promise<void> {
    // What else happens in this moment goes with it.
    await Promise.resolve();
    let count = 0;
    try {
      if (this.#isDoubtful) await this.#reconcile();
      const step = this.#steps.shift();
      if (step) ({ count } = await this.#tell(step));
    } catch {
      this.#isDoubtful = true;
      for (const left of this.#steps.splice(0)) for (const user of left.keys()) this.#unsure.add(user);
      this.#state = "idle";
      return this.#onIdle();
    }
    const isHurried = count <= LARGE || (this.#steps[0]?.size ?? 0) >= MAX_WORDS || this.#isDoubtful;
    if (isHurried) return this.#goOn();
    this.#state = "resting";
    this.#clock.after(LARGE_EVERY_MS, () => this.#goOn());
  }

  #goOn(): void {
    this.#state = "idle";
    this.wake();
    if (this.#state === "idle") this.#onIdle();
  }

  async #tell(step: ReadonlyMap<string, Word>): Promise<{ count: number }> {
    try {
      return await this.#line.tell([...step.values()]);
    } catch (error) {
      for (const user of step.keys()) this.#unsure.add(user);
      throw error;
    }
  }

  async #reconcile(): Promise<void> {
    const told = new Set(await this.#line.told());
    // From here on in one go: who comes or goes now is told behind this.
    this.#isDoubtful = false;
    for (const user of told) if (!this.#here.has(user)) this.#append(user, { what: "leave", user });
    for (const [user, member] of this.#here) {
      if (this.#unsure.has(user)) this.#append(user, { what: "enter", member });
      else if (!told.has(user)) this.#append(user, { what: "again", member });
    }
    this.#unsure.clear();
  }
}
