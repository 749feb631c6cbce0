import type { RoomEvent, RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import {
  partsOfKey,
  type Appended,
  type Bus,
  type Draft,
  type Head,
  type Page,
  type Replay,
  type RoomKey,
  type RoomLog,
} from "../engine.ts";
import { Retentions, type Retention } from "../retention.ts";
import { MemoryRoom } from "./memory-room.ts";

export type { Retention } from "../retention.ts";

/** Logs in memory: as fast as it gets, and gone with the process. */
export class MemoryLog implements RoomLog {
  readonly #rooms = new Map<RoomKey, MemoryRoom>();
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #retentions: Retentions;
  readonly #epoch: string;
  /** What every room is that nobody has written to: made once, or asking for rooms would be a way to fill memory. */
  readonly #untouched: MemoryRoom;

  constructor(bus: Bus, clock: Clock, retention: Retention, newEpoch: () => string) {
    this.#bus = bus;
    this.#clock = clock;
    this.#retentions = new Retentions(retention);
    this.#epoch = newEpoch();
    this.#untouched = new MemoryRoom("untouched" as RoomName, this.#epoch, () => retention);
  }

  append(drafts: readonly Draft[]): Promise<Appended[]> {
    const now = this.#clock.now();
    const results: Appended[] = [];
    for (const draft of drafts) {
      const { result, event } = this.#room(draft.room).append(draft, now);
      if (result.ok && event) this.#publish(draft.room, result.epoch, event);
      results.push(result);
    }
    return Promise.resolve(results);
  }

  head(room: RoomKey): Promise<Head> {
    return Promise.resolve(this.#trimmed(room).head());
  }

  after(room: RoomKey, epoch: string, seq: number, limit: number, first?: number): Promise<Replay> {
    return Promise.resolve(this.#trimmed(room).after(epoch, seq, limit, first));
  }

  page(room: RoomKey, limit: number, before?: number): Promise<Page> {
    return Promise.resolve(this.#trimmed(room).page(limit, before));
  }

  find(room: RoomKey, userId: string, id: string): Promise<Appended | undefined> {
    return Promise.resolve(this.#trimmed(room).find(userId, id));
  }

  /** Keeps so much of each room from now on. */
  retain(retention: Retention): void {
    this.#retentions.change(retention);
  }

  close(): Promise<void> {
    this.#rooms.clear();
    return Promise.resolve();
  }

  #publish(room: RoomKey, epoch: string, event: RoomEvent): void {
    this.#bus.publish(room, { type: "event", epoch, event });
  }

  #trimmed(key: RoomKey): MemoryRoom {
    const room = this.#rooms.get(key) ?? this.#untouched;
    room.trim(this.#clock.now());
    return room;
  }

  #room(key: RoomKey): MemoryRoom {
    let room = this.#rooms.get(key);
    if (!room) {
      const { app, room: name } = partsOfKey(key);
      room = new MemoryRoom(name, this.#epoch, () => this.#retentions.of(app));
      this.#rooms.set(key, room);
    }
    return room;
  }
}
