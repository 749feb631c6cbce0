import type { Replay, RoomItem } from "../engine.ts";
import type { Push } from "./push.ts";
import type { Place } from "./redis-log.ts";
import type { RoomEvent } from "@natter/sdk/protocol";

/** What a follower asks the log for. */
export interface Followed {
  position(): Promise<Place>;
  /** All events after a place, as far as they are kept. */
  after(epoch: string, seq: number): Promise<Replay>;
  /** Ends an epoch in which the log went back. */
  renew(epoch: string): Promise<Place>;
}

/**
 * Follows one room's log for this relay. What is pushed is a hint, and may come late, twice or never; the log is the
 * truth. Every event is told once and in order, and what cannot be told is told to be lost.
 */
export class Follower {
  readonly #log: Followed;
  readonly #tell: (item: RoomItem) => void;
  readonly #onFault: (error: unknown) => void;
  /** Up to where it was told; undefined until the log was first looked at. */
  #place: Place | undefined;
  /** The furthest place that was heard of in this epoch. */
  #heard = 0;
  #isDoubtful = false;
  #looking: Promise<void> | undefined;

  /** @param onFault told when the log could not be read; the room is looked at again with the next push or {@link check} */
  constructor(log: Followed, tell: (item: RoomItem) => void, onFault: (error: unknown) => void) {
    this.#log = log;
    this.#tell = tell;
    this.#onFault = onFault;
  }

  /** Looks where the log stands, and follows from there. Rejects when it cannot be read. */
  async start(): Promise<void> {
    const place = await this.#log.position();
    this.#place ??= place;
  }

  /** Takes in events that a step has stored, heard from a push or from this relay's own step. */
  offer(epoch: string, first: number, last: number, read: () => readonly RoomEvent[]): void {
    const place = this.#place;
    if (!place) return;
    // Of an epoch before, told late, or of one after: the log knows.
    if (epoch !== place.epoch) return this.doubt();
    if (last <= place.seq) return;
    this.#heard = Math.max(this.#heard, last);
    if (first > place.seq + 1) return this.#look();
    this.#tellEvents(read());
  }

  /** Takes in a push of the room's channel. */
  onPush(
    push: Extract<Push, { type: "events" | "moved" }>,
    read: (push: Extract<Push, { type: "events" }>) => RoomEvent[],
  ): void {
    if (push.type === "moved") return this.#onMoved(push.epoch);
    this.offer(push.epoch, push.first, push.last, () => read(push));
  }

  /** The room was deleted, and begins again. */
  onClosed(epoch: string): void {
    if (!this.#place || this.#place.epoch === epoch) return;
    this.#place = { epoch, seq: 0 };
    this.#heard = 0;
    this.#tell({ type: "closed", epoch });
  }

  /** Looks whether the log is where it was told to be: pushes are lost when lines are. */
  check(): void {
    this.doubt();
  }

  /** Where the log stands is not known: it is asked. */
  doubt(): void {
    this.#isDoubtful = true;
    this.#look();
  }

  /** Resolves when nothing is being looked at. */
  async settled(): Promise<void> {
    while (this.#looking) await this.#looking;
  }

  #onMoved(epoch: string): void {
    if (this.#place && this.#place.epoch !== epoch) this.doubt();
  }

  #tellEvents(events: readonly RoomEvent[]): void {
    const place = this.#place as Place;
    for (const event of events) {
      if (event.seq !== place.seq + 1) continue;
      place.seq = event.seq;
      this.#tell({ type: "event", epoch: place.epoch, event });
    }
  }

  #look(): void {
    this.#looking ??= this.#catchUp()
      .catch(this.#onFault)
      .finally(() => (this.#looking = undefined));
  }

  async #catchUp(): Promise<void> {
    while (this.#place && (this.#isDoubtful || this.#heard > this.#place.seq)) {
      if (this.#isDoubtful) await this.#compare();
      else await this.#fill();
    }
  }

  /** Asks the log where it stands, and believes it. */
  async #compare(): Promise<void> {
    this.#isDoubtful = false;
    const told = { ...(this.#place as Place) };
    let now: Place;
    try {
      now = await this.#log.position();
      // The same epoch, and less in it than was told: it went back, and would tell other events by the same places.
      if (now.epoch === told.epoch && now.seq < told.seq) now = await this.#log.renew(told.epoch);
    } catch (error) {
      this.#isDoubtful = true;
      throw error;
    }
    if (now.epoch !== this.#place?.epoch) this.#lose(now);
    else this.#heard = Math.max(this.#heard, now.seq);
  }

  /** Reads what was not pushed. */
  async #fill(): Promise<void> {
    const { epoch, seq } = this.#place as Place;
    const replay = await this.#log.after(epoch, seq);
    // Pushes may have brought it meanwhile.
    if (this.#place?.epoch !== epoch) return;
    if (replay.ok) {
      this.#tellEvents(replay.events);
      // A log that has nothing there although it was heard of is not what it was.
      if (this.#place.seq === seq && replay.seq <= seq) {
        this.#heard = seq;
        this.#isDoubtful = true;
      }
      return;
    }
    const now = await this.#log.position();
    this.#lose(now);
  }

  #lose(place: Place): void {
    this.#place = { ...place };
    this.#heard = place.seq;
    this.#tell({ type: "lost", ...place });
  }
}
