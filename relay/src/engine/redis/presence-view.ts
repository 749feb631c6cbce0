import type { Member } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import type { RoomItem } from "../engine.ts";
import type { PresencePush } from "./push.ts";

/**
 * Up to how many members a room's presence is told by name. At least as many as a room may be set to list; beyond
 * that everybody counts, and nobody holds a list.
 */
export const NAMED = 1000;

/** Below this a room that was counted is told by name again. */
const NAMED_AGAIN = NAMED * 0.9;

/** Where a room's presence stands in Redis. */
export interface Standing {
  /** Another epoch means that what was known is lost. Empty when nothing is known. */
  epoch: string;
  /** The number of the last news. */
  number: number;
}

/** Who is here, read at a place. */
export interface Listed extends Standing {
  count: number;
  /** Absent when they are too many. */
  members?: Member[];
}

/** A push may be this much slower than an answer before it is taken for lost. */
const LATE_MS = 1000;

type Place =
  /** Nobody has asked, and nothing was pushed. */
  | { state: "new" }
  /** What the room was told has no hole from `first` to `last`. */
  | { state: "level"; epoch: string; first: number; last: number }
  /** Pushes may be missing; the whole list will be read. */
  | { state: "adrift" };

/**
 * What a relay tells its own room of who is here, as pushes bring it. News are numbered: where one is missing the
 * whole list is read, and told anew.
 */
export class PresenceView {
  readonly #clock: Clock;
  readonly #read: () => Promise<Listed>;
  readonly #tell: (item: RoomItem) => void;
  readonly #onLoss: () => void;
  #place: Place = { state: "new" };
  /** What is pushed while the list is being read. */
  #early: PresencePush[] | undefined;
  #isNamed = true;
  #count = 0;
  #callOff: (() => void) | undefined;
  #isStopped = false;

  /**
   * @param parts.read reads who is here
   * @param parts.tell tells the room
   * @param parts.onLoss told when Redis has forgotten what it knew of the room
   */
  constructor(parts: {
    clock: Clock;
    read: () => Promise<Listed>;
    tell: (item: RoomItem) => void;
    onLoss: () => void;
  }) {
    this.#clock = parts.clock;
    this.#read = parts.read;
    this.#tell = parts.tell;
    this.#onLoss = parts.onLoss;
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff?.();
  }

  /** Takes in what a push says. */
  onPush(push: PresencePush): void {
    if (this.#isStopped) return;
    if (this.#early) return void this.#early.push(push);
    const place = this.#place;
    if (place.state === "new") this.#place = levelAt(push, push.number);
    if (place.state === "level") {
      const isSame = place.epoch === push.epoch || (place.epoch === "" && push.number === 1);
      if (!isSame) this.#onLoss();
      else if (place.epoch === push.epoch && push.number <= place.last) return;
      else if (push.number !== place.last + 1) return void this.#readAgain([push]);
      else {
        place.epoch = push.epoch;
        place.last = push.number;
      }
    }
    this.#apply(push);
  }

  /** The room was opened with a list: pushes go on from there. */
  onListed(listed: Listed): void {
    const place = this.#place;
    if (this.#isStopped || this.#early) return;
    if (place.state === "new") return this.#settle(listed);
    if (place.state === "adrift") return;
    const isWhole = place.epoch === listed.epoch && place.first <= listed.number + 1;
    if (!isWhole || (listed.members !== undefined) !== this.#isNamed) void this.#readAgain([]);
  }

  /** Somebody has looked where the room stands. */
  onStanding({ epoch, number }: Standing): void {
    const place = this.#place;
    if (this.#early || this.#isStopped) return;
    if (place.state === "adrift" && !this.#callOff) return void this.#readAgain([]);
    if (place.state !== "level") return;
    if (place.epoch !== epoch && !(place.epoch === "" && number === 1)) {
      // What brings the new epoch may be on its way, and says the same.
      return this.#onLoss();
    }
    if (number <= place.last) return;
    this.#clock.after(LATE_MS, () => {
      const now = this.#place;
      const isBehind = now.state === "level" && (now.epoch !== epoch || now.last < number);
      if (isBehind && !this.#early && !this.#isStopped) void this.#readAgain([]);
    });
  }

  /**
   * Pushes may be missing, and the list itself may be: what is pushed is believed, nobody is taken for gone who is not
   * told to be, and after a while the list is read.
   */
  drift(ms: number): void {
    if (this.#isStopped || this.#place.state === "new") return;
    this.#place = { state: "adrift" };
    this.#callOff?.();
    this.#callOff = this.#clock.after(ms, () => void this.#readAgain([]));
  }

  #apply(push: PresencePush): void {
    const { count, names } = push;
    if (names && this.#isNamed) {
      this.#tell({ type: "presence", ...names });
    } else if (names && count <= NAMED_AGAIN) {
      void this.#readAgain([]);
    } else if (this.#place.state === "level" || count > this.#count) {
      // Of a list that is being told anew after a loss only the end counts.
      this.#isNamed = false;
      this.#count = count;
      this.#tell({ type: "present", count });
    }
  }

  async #readAgain(early: PresencePush[]): Promise<void> {
    if (this.#early || this.#isStopped) return;
    this.#callOff?.();
    this.#callOff = undefined;
    this.#early = early;
    const listed = await this.#read().catch(() => undefined);
    this.#early = undefined;
    if (this.#isStopped) return;
    if (!listed) {
      // Tried again when somebody has looked, or Redis is back.
      this.#place = { state: "adrift" };
      return;
    }
    this.#settle(listed);
    const { count, members } = listed;
    this.#tell({ type: "present", count, ...(members && { members }) });
    for (const push of early) this.onPush(push);
  }

  #settle(listed: Listed): void {
    this.#place = levelAt(listed, listed.number + 1);
    this.#isNamed = listed.members !== undefined;
    this.#count = listed.count;
  }
}

function levelAt({ epoch, number }: Standing, first: number): Place {
  return { state: "level", epoch, first, last: number };
}
