import type { RoomEvent } from "@natter/sdk/protocol";
import type { Replay } from "../engine/engine.ts";

/** Reads the events of a log after a place: a few of them. */
export type ReadAfter = (epoch: string, after: number) => Promise<Replay>;

interface Waiting {
  epoch: string;
  after: number;
  resolve: (replay: Replay) => void;
  reject: (error: unknown) => void;
}

/**
 * Reads a room's log for all who are behind, one read at a time. Whoever waits at a place that a read covers is
 * given the rest of it: a thousand readers that stalled together cost as much as one.
 */
export class CatchUpReads {
  readonly #read: ReadAfter;
  #waiting: Waiting[] = [];
  #isReading = false;

  constructor(read: ReadAfter) {
    this.#read = read;
  }

  /** The events after a place, as many as one read brings. Rejects when the log cannot be read. */
  after(epoch: string, after: number): Promise<Replay> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ epoch, after, resolve, reject });
      if (!this.#isReading) void this.#readAll();
    });
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0])
      await this.#serve(next.epoch, next.after);
    this.#isReading = false;
  }

  async #serve(epoch: string, after: number): Promise<void> {
    try {
      const replay = await this.#read(epoch, after);
      const isMeant = (place: number): boolean => place === after || covers(replay, after, place);
      for (const each of this.#take(epoch, isMeant)) {
        each.resolve(from(replay, each.after));
      }
    } catch (error) {
      for (const each of this.#take(epoch, (place) => place === after)) each.reject(error);
    }
  }

  /** Takes out those who wait at such places of a log. */
  #take(epoch: string, isMeant: (place: number) => boolean): Waiting[] {
    const isTaken = (each: Waiting): boolean => each.epoch === epoch && isMeant(each.after);
    const taken = this.#waiting.filter(isTaken);
    this.#waiting = this.#waiting.filter((each) => !isTaken(each));
    return taken;
  }
}

/** True when a read from `after` has something for who is at `place`. */
function covers(replay: Replay, after: number, place: number): boolean {
  return replay.ok && place > after && place < (replay.events.at(-1)?.seq ?? after);
}

function from(replay: Replay, place: number): Replay {
  if (!replay.ok) return replay;
  const isLater = (event: RoomEvent): boolean => event.seq > place;
  return replay.events[0] && replay.events[0].seq <= place
    ? { ...replay, events: replay.events.filter(isLater) }
    : replay;
}
