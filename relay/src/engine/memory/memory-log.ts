import type { Author, RoomEvent, RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import { compareNames } from "../compare-names.ts";
import {
  partsOfKey,
  roomKeyOf,
  type Actor,
  type Appended,
  type AuditRecord,
  type Bus,
  type Draft,
  type Head,
  type Page,
  type Replay,
  type RoomKey,
  type RoomLog,
  type RoomSummary,
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
  readonly #newEpoch: () => string;
  readonly #onRecord: (app: string, record: AuditRecord) => void;
  readonly #epoch: string;
  /** What every room is that nobody has written to: made once, or asking for rooms would be a way to fill memory. */
  readonly #untouched: MemoryRoom;

  /** @param onRecord told what the audit keeps, together with the event that it is about */
  constructor(
    bus: Bus,
    clock: Clock,
    retention: Retention,
    newEpoch: () => string,
    onRecord: (app: string, record: AuditRecord) => void = () => {},
  ) {
    this.#bus = bus;
    this.#clock = clock;
    this.#retentions = new Retentions(retention);
    this.#newEpoch = newEpoch;
    this.#onRecord = onRecord;
    this.#epoch = newEpoch();
    this.#untouched = new MemoryRoom("untouched" as RoomName, this.#epoch, () => retention);
  }

  append(drafts: readonly Draft[]): Promise<Appended[]> {
    const now = this.#clock.now();
    const results: Appended[] = [];
    for (const draft of drafts) results.push(this.#append(draft, now));
    return Promise.resolve(results);
  }

  /** The rooms of an app that were written to, in the order of their names. */
  rooms(app: string): RoomSummary[] {
    return [...this.#rooms]
      .filter(([key, room]) => partsOfKey(key).app === app && room.summary.seq > 0)
      .map(([, room]) => room.summary)
      .sort((a, b) => compareNames(a.room, b.room));
  }

  /** Begins a room anew. Returns its new epoch. */
  drop(key: RoomKey): string {
    const epoch = this.#newEpoch();
    this.#rooms.set(key, this.#newRoom(key, epoch));
    this.#bus.publish(key, { type: "closed", epoch });
    return epoch;
  }

  /** Erases what a user wrote in the rooms of an app. Returns how many messages were told as deleted. */
  forget(app: string, user: string, author: Author, by: Author, actor: Actor): number {
    let messages = 0;
    for (const { room: name } of this.rooms(app)) {
      const key = roomKeyOf(app, name);
      const room = this.#room(key);
      room.trim(this.#clock.now());
      const targets = room.messagesOf(user);
      for (const target of targets) {
        const content = { kind: "delete", target, author } as const;
        this.#append({ room: key, id: `${author.id}-${target}`, by, content, actor }, this.#clock.now());
      }
      messages += targets.length;
      room.replace(user, author);
      this.#bus.publish(key, { type: "forgotten", user, author });
    }
    return messages;
  }

  /** The life of a room's log at this moment. */
  epochOf(room: RoomKey): string {
    return this.#trimmed(room).head().epoch;
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

  #append(draft: Draft, now: number): Appended {
    const { result, event, record } = this.#room(draft.room).append(draft, now);
    // Kept before it is told: whoever is told may look.
    if (record) this.#onRecord(partsOfKey(draft.room).app, record);
    if (result.ok && event) this.#publish(draft.room, result.epoch, event);
    return result;
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
      room = this.#newRoom(key, this.#epoch);
      this.#rooms.set(key, room);
    }
    return room;
  }

  #newRoom(key: RoomKey, epoch: string): MemoryRoom {
    const { app, room } = partsOfKey(key);
    return new MemoryRoom(room, epoch, () => this.#retentions.of(app));
  }
}
