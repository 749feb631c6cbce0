import type { Author, RoomEvent, RoomName } from "@natter/sdk/protocol";
import { roomKeyOf, type Actor, type Restriction, type RoomKey } from "../engine.ts";
import { eventWithout, withoutName, withoutUser, type StoredMessage } from "../fold.ts";
import { bodyOf, readableEvent, sumOf, valueOf } from "./event-row.ts";
import type { EventWriter } from "./event-writer.ts";
import type { MessageTable } from "./message-table.ts";
import type { RoomRecord, RoomTable } from "./room-table.ts";
import type { EventRow, ForgettingRow, Statements } from "./statements.ts";

/** Events that one step looks at: some ten milliseconds of work at most. */
const STEP = 500;

/** Who is to be forgotten, and who stands in their place. */
export interface Forgetting {
  app: string;
  user: string;
  author: Author;
  /** Whom the deletions are by. */
  by: Author;
  actor: Actor;
}

/** What a step has done to a room: events that it has added, in their order. */
export interface Forgot {
  room: RoomKey;
  epoch: string;
  events: RoomEvent[];
}

/** What a step has done, for whom, and whether that was all. */
export interface ForgettingStep {
  app: string;
  user: string;
  author: Author;
  messages: number;
  rooms: Forgot[];
  isDone: boolean;
}

/**
 * Forgets users: looks at every event of an app, room by room and in steps, each of which is a transaction that also
 * notes how far it came. So whatever ends the relay, the next one goes on from there, and tells nothing twice.
 */
export class Forgetter {
  readonly #statements: Statements;
  readonly #rooms: RoomTable;
  readonly #messages: MessageTable;
  readonly #writer: EventWriter;

  constructor(parts: {
    statements: Statements;
    rooms: RoomTable;
    messages: MessageTable;
    writer: EventWriter;
  }) {
    this.#statements = parts.statements;
    this.#rooms = parts.rooms;
    this.#messages = parts.messages;
    this.#writer = parts.writer;
  }

  /** Begins, unless this user is being forgotten already. Tells whether it did. */
  begin({ app, user, author, by, actor }: Forgetting): boolean {
    const values = [author, by, actor].map((value) => JSON.stringify(value));
    return this.#statements.addForgetting.run(app, user, ...values) > 0;
  }

  /** True when somebody is being forgotten. */
  get hasWork(): boolean {
    return this.#statements.forgetting.get() !== undefined;
  }

  /** Takes the next step, for whoever waits longest; undefined when nobody does. In somebody else's transaction. */
  step(now: number): ForgettingStep | undefined {
    const row = this.#statements.forgetting.get();
    if (!row) return undefined;
    const work = new Work(row);
    while (work.left > 0 && !work.isDone) this.#advance(work, now);
    if (work.isDone) this.#end(row);
    else this.#statements.moveForgetting.run(row.id, work.room, work.seq, work.messages);
    const { app, user } = row;
    return {
      app,
      user,
      author: work.author,
      messages: work.messages,
      rooms: [...work.told.values()],
      isDone: work.isDone,
    };
  }

  /** Goes on in the room where the work is, or with the next one. */
  #advance(work: Work, now: number): void {
    const found = this.#statements.roomFrom.get(work.app, work.room);
    if (!found) return work.finish();
    if (found.id > work.room) work.enter(found.id);
    const room = this.#rooms.open(roomKeyOf(work.app, found.name as RoomName));
    if (work.seq === 0) this.#unnameRestrictions(room, work);
    const from = Math.max(work.seq + 1, room.first);
    const until = Math.min(room.seq, from + work.left - 1);
    if (from > until) return work.enter(found.id + 1);
    for (const { seq } of this.#statements.foldsBetween.all(room.id, from, until)) {
      this.#replaceIn(room, seq, work);
    }
    for (const row of this.#statements.eventsBetween.all(room.id, from, until)) {
      this.#forget(room, row, work, now);
    }
    work.pass(until, until - from + 1);
  }

  #unnameRestrictions(room: RoomRecord, work: Work): void {
    const kept = this.#statements.restriction.get(room.id, work.user);
    if (!kept) return;
    const kinds = (valueOf(kept.kinds) as Restriction[]).map(withoutName);
    this.#statements.putRestriction.run(room.id, work.user, JSON.stringify(kinds));
    work.forgot(room);
  }

  #forget(room: RoomRecord, row: EventRow, work: Work, now: number): void {
    const event = readableEvent(room.name, row);
    const left = event && eventWithout(event, work.user, work.author);
    if (!left || left === event) return;
    if (event.kind === "message") this.#delete(room, event.seq, work, now);
    const body = bodyOf(left);
    this.#statements.rewriteEvent.run(room.id, row.seq, sumOf(body), body);
    this.#statements.freeId.run(room.id, event.id, work.user, row.seq);
    work.forgot(room);
  }

  #delete(room: RoomRecord, target: number, work: Work, now: number): void {
    const folded = this.#messages.find(room, target);
    if (!folded || folded.message.deletedAt !== undefined) return;
    const { author, actor } = work;
    const { event } = this.#writer.append(
      {
        room: roomKeyOf(work.app, room.name),
        id: `${author.id}-${target}`,
        by: work.by,
        content: { kind: "delete", target, author },
        actor,
      },
      now,
    );
    if (!event) return this.#eraseUntold(room, folded.message, work);
    work.forgot(room).events.push(event);
    work.messages++;
  }

  /** Retention has let it go already, so that nobody is told; but the file has it until it is trimmed. */
  #eraseUntold(room: RoomRecord, { seq, at, id }: StoredMessage, { author }: Work): void {
    this.#messages.change(room, { message: { seq, at, id, by: author, text: "" }, edits: [] });
  }

  #replaceIn(room: RoomRecord, seq: number, work: Work): void {
    const folded = this.#messages.find(room, seq);
    if (!folded) return;
    const message = withoutUser(folded.message, work.user, work.author);
    if (message === folded.message) return;
    this.#messages.change(room, { message, edits: folded.edits });
    work.forgot(room);
  }

  #end({ id, app, user }: ForgettingRow): void {
    this.#statements.dropMarkersOf.run(app, user);
    this.#statements.dropTrimmedIdsOf.run(app, user);
    this.#statements.endForgetting.run(id);
  }
}

/** One step of a forgetting: who, how far, and what it has brought about. */
class Work {
  readonly app: string;
  readonly user: string;
  readonly author: Author;
  readonly by: Author;
  readonly actor: Actor;
  readonly told = new Map<number, Forgot>();
  room: number;
  seq: number;
  messages: number;
  /** Events that may still be looked at. */
  left = STEP;
  isDone = false;

  constructor(row: ForgettingRow) {
    this.app = row.app;
    this.user = row.user;
    this.author = valueOf(row.author) as Author;
    this.by = valueOf(row.by) as Author;
    this.actor = valueOf(row.actor) as Actor;
    this.room = row.room;
    this.seq = row.seq;
    this.messages = row.messages;
  }

  /** Goes on at the beginning of a room. */
  enter(room: number): void {
    this.room = room;
    this.seq = 0;
    this.left--;
  }

  /** So many events of the room were looked at, up to `seq`. */
  pass(seq: number, count: number): void {
    this.seq = seq;
    this.left -= count;
  }

  /** Something of the user was found in a room. */
  forgot({ id, name, epoch }: RoomRecord): Forgot {
    const known = this.told.get(id);
    if (known) return known;
    const forgot = { room: roomKeyOf(this.app, name), epoch, events: [] };
    this.told.set(id, forgot);
    return forgot;
  }

  finish(): void {
    this.isDone = true;
  }
}
