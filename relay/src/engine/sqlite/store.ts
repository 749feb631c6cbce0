import type { Settings } from "@natter/sdk/protocol";
import {
  partsOfKey,
  type Actor,
  type Appended,
  type AuditEntry,
  type AuditRecord,
  type Draft,
  type Head,
  type OutboxCounts,
  type Page,
  type Parcel,
  type Replay,
  type Revocation,
  type RoomKey,
  type RoomSummary,
  type Route,
  type Waiting,
} from "../engine.ts";
import { Retentions, type Retention } from "../retention.ts";
import { AuditTable } from "./audit-table.ts";
import { Compactor } from "./compactor.ts";
import type { Connection } from "./driver.ts";
import { valueOf } from "./event-row.ts";
import { EventWriter, type Stored } from "./event-writer.ts";
import { Forgetter, type Forgetting, type ForgettingStep } from "./forgetter.ts";
import { OutboxTable } from "./outbox-table.ts";
import { MessageTable } from "./message-table.ts";
import { RoomDropper } from "./room-dropper.ts";
import { RoomReader } from "./room-reader.ts";
import { RoomTable } from "./room-table.ts";
import type { Statements } from "./statements.ts";
import { StorageError } from "./storage-error.ts";
import { Transactions } from "./transactions.ts";
import { TrimmedIds } from "./trimmed-ids.ts";
import { Trimmer } from "./trimmer.ts";
import type { Witness } from "./witness.ts";

/** How far a user has read in a room. */
export interface Mark {
  room: RoomKey;
  user: string;
  seq: number;
}

/** What a store works with, made when its file is opened. */
export interface StoreParts {
  /** The path of the database, for messages. */
  path: string;
  database: Connection;
  statements: Statements;
  witness: Witness;
  retention: Retention;
  /** How long the audit is kept, in ms. */
  auditAgeMs: number;
  /** False when something that was erased may still stand in the file. */
  isCompacted: boolean;
  /** Lets go of the folder. */
  unlock: () => void;
}

/**
 * All rooms' logs in one database file. Every call is done when it returns, and what it has written is on the
 * disk; it runs in a thread of its own, so that nobody waits for the disk but those who asked for it.
 *
 * Every call throws a {@link StorageError} when it could not be done, and then nothing of it was stored.
 */
export class Store {
  readonly #parts: StoreParts;
  readonly #rooms: RoomTable;
  readonly #messages: MessageTable;
  readonly #transactions: Transactions;
  readonly #reader: RoomReader;
  readonly #writer: EventWriter;
  readonly #trimmer: Trimmer;
  readonly #compactor: Compactor;
  readonly #retentions: Retentions;
  readonly #audit: AuditTable;
  readonly #outbox: OutboxTable;
  readonly #dropper: RoomDropper;
  readonly #forgetter: Forgetter;
  #chore = 0;
  #damage: StorageError | undefined;

  constructor(parts: StoreParts) {
    const { database, statements, witness } = parts;
    const retentions = new Retentions(parts.retention);
    const rooms = new RoomTable(statements);
    const messages = new MessageTable(statements);
    const trimmedIds = new TrimmedIds(statements);
    const outbox = new OutboxTable(statements);
    this.#parts = parts;
    this.#retentions = retentions;
    this.#rooms = rooms;
    this.#messages = messages;
    this.#transactions = new Transactions(database, statements, () => {
      rooms.forget();
      messages.forget();
      outbox.forget();
    });
    this.#reader = new RoomReader(statements, rooms, retentions);
    const audit = new AuditTable(statements, parts.auditAgeMs);
    const writer = new EventWriter({ statements, rooms, messages, trimmedIds, audit, outbox, retentions });
    this.#audit = audit;
    this.#outbox = outbox;
    this.#writer = writer;
    this.#dropper = new RoomDropper(statements, rooms, outbox);
    this.#forgetter = new Forgetter({ statements, rooms, messages, writer });
    this.#trimmer = new Trimmer(statements, rooms, trimmedIds, retentions);
    this.#compactor = new Compactor(statements, witness, parts.isCompacted, (work) => this.#write(work));
  }

  /** Appends drafts in their order, each wholly or not at all. */
  append(drafts: readonly Draft[], now: number): Stored[] {
    return this.#whole(() => {
      try {
        return this.#append(drafts, now);
      } catch (error) {
        if (isOfTheFile(error)) throw error;
        // One of them cannot be stored, whoever retries it; the others shall not wait for it.
        return drafts.flatMap((draft) => this.#appendAlone(draft, now));
      }
    });
  }

  head(room: RoomKey): Head {
    return this.#whole(() => this.#reader.head(room));
  }

  after(room: RoomKey, epoch: string, seq: number, limit: number, now: number, first = limit): Replay {
    return this.#whole(() => this.#reader.after(room, epoch, seq, limit, now, first));
  }

  page(room: RoomKey, limit: number, before: number | undefined, now: number): Page {
    return this.#whole(() => this.#reader.page(room, limit, before, now));
  }

  find(key: RoomKey, userId: string, id: string, now: number): Appended | undefined {
    return this.#whole(() => {
      const room = this.#rooms.find(key);
      return room && this.#writer.find(room, userId, id, now);
    });
  }

  marker(room: RoomKey, userId: string): number | undefined {
    return this.#whole(() => this.#reader.marker(room, userId));
  }

  /** Moves read markers forward. Tells which of them moved. */
  mark(marks: readonly Mark[]): boolean[] {
    const { moveMarker } = this.#parts.statements;
    return this.#whole(() =>
      this.#write(() =>
        marks.map(({ room, user, seq }) => moveMarker.run(this.#rooms.open(room).id, user, seq) > 0),
      ),
    );
  }

  /** Stores a revocation. */
  revoke({ app, kind, id, at, until }: Revocation): void {
    this.#whole(() => this.#write(() => this.#parts.statements.revoke.run(app, kind, id, at, until)));
  }

  /** The revocations that hold. */
  revocations(now: number): Revocation[] {
    return this.#whole(() => this.#parts.statements.revocations.all(now));
  }

  /** Keeps so much of each room from now on. */
  retain(retention: Retention): void {
    this.#retentions.change(retention);
  }

  /** The rooms of an app that were written to, in the order of their names, after a name. */
  rooms(app: string, limit: number, after: string): RoomSummary[] {
    return this.#whole(() =>
      this.#parts.statements.roomsOfApp.all(app, after, limit).map(({ name, epoch, seq, at, settings }) => ({
        room: name as RoomSummary["room"],
        epoch,
        seq,
        at,
        settings: valueOf(settings) as Settings,
      })),
    );
  }

  /** Begins a room anew. Returns its new epoch. */
  drop(key: RoomKey, { user: by, ...from }: Actor, now: number): string {
    return this.#whole(() => {
      const { app, room } = partsOfKey(key);
      const epoch = this.#write(() => {
        this.#audit.add(app, { action: "delete-room", by, ...from, room }, now);
        return this.#dropper.drop(key);
      });
      this.#compactor.noteErased(now);
      return epoch;
    });
  }

  /** Has a user forgotten in steps, unless that is under way. */
  beginForgetting(forgetting: Forgetting, now: number): void {
    const { app, user, actor } = forgetting;
    this.#whole(() =>
      this.#write(() => {
        if (!this.#forgetter.begin(forgetting)) return;
        const { user: by, ...from } = actor;
        this.#audit.add(app, { action: "forget", by, ...from, user }, now);
      }),
    );
  }

  /** Takes the next step of forgetting; undefined when nobody is being forgotten. */
  forget(now: number): ForgettingStep | undefined {
    return this.#whole(() => {
      if (!this.#forgetter.hasWork) return undefined;
      const step = this.#write(() => this.#forgetter.step(now));
      if (step) this.#compactor.noteErased(now);
      return step;
    });
  }

  /** Adds to the audit. */
  record(app: string, record: AuditRecord, now: number): void {
    this.#whole(() => this.#write(() => this.#audit.add(app, record, now)));
  }

  /** Entries of the audit before one, newest first. */
  audit(app: string, limit: number, before: number, now: number): AuditEntry[] {
    return this.#whole(() => this.#audit.page(app, limit, before, now));
  }

  /** Says who is told of events from now on. */
  route(routes: readonly Route[]): void {
    this.#whole(() => this.#write(() => this.#outbox.route(routes)));
  }

  /** Puts something in the outbox that is no event. */
  note(to: string, key: RoomKey, note: string): void {
    this.#whole(() => this.#write(() => this.#outbox.note(to, this.#rooms.open(key).id, note)));
  }

  /** What waits in the outbox. */
  waiting(to: string, after: number, limit: number): Waiting[] {
    return this.#whole(() => this.#outbox.list(to, after, limit));
  }

  /** What one of the outbox holds. */
  parcel(id: number): Parcel | undefined {
    return this.#whole(() => this.#outbox.open(id));
  }

  /** Takes out of the outbox what was told. */
  settle(ids: readonly number[]): void {
    this.#whole(() => this.#write(() => this.#outbox.settle(ids)));
  }

  outboxCounts(to: string): OutboxCounts {
    return this.#whole(() => this.#outbox.counts(to));
  }

  /**
   * Does a small piece of what can wait: removes what retention lets go and what is left of deleted rooms, and takes
   * out of the file what was erased. Tells whether there is more to do right away.
   */
  tidy(now: number): boolean {
    const chores = [
      () => this.#trim(now),
      () => this.#forgetIds(now),
      () => this.#forgetRevocations(now),
      () => this.#clearDropped(now),
      () => this.#trimAudit(now),
      () => this.#compactor.step(now),
    ];
    return this.#whole(() => {
      // In turn: a busy room always has something to trim, and must not keep the others from theirs.
      return chores.some(() => chores[this.#chore++ % chores.length]?.());
    });
  }

  /** Puts everything where it belongs, and lets go of the folder. */
  close(): void {
    const { database, witness, unlock } = this.#parts;
    const isInPlace = this.#finish();
    database.close();
    if (isInPlace) witness.close();
    unlock();
  }

  /** What cannot be done now is done when the file is opened next. */
  #finish(): boolean {
    try {
      return this.#damage === undefined && this.#compactor.finish();
    } catch {
      return false;
    }
  }

  #append(drafts: readonly Draft[], now: number): Stored[] {
    const stored = this.#write(() => drafts.map((draft) => this.#writer.append(draft, now)));
    if (stored.some(({ event }) => event?.kind === "delete")) this.#compactor.noteErased(now);
    return stored;
  }

  #appendAlone(draft: Draft, now: number): Stored[] {
    try {
      return this.#append([draft], now);
    } catch (error) {
      const fault = error instanceof Error ? error : new Error(String(error));
      return [{ result: isOfTheFile(error) ? UNAVAILABLE : INTERNAL, fault }];
    }
  }

  #trim(now: number): boolean {
    const done = this.#write(() => this.#trimmer.trim(now));
    if (done === "trimmed") this.#compactor.noteErased(now);
    return done !== "done";
  }

  #forgetIds(now: number): boolean {
    return this.#write(() => this.#trimmer.forgetIds(now));
  }

  #forgetRevocations(now: number): boolean {
    const { endedRevocation, forgetRevocations } = this.#parts.statements;
    if (endedRevocation.get(now)) this.#write(() => forgetRevocations.run(now));
    return false;
  }

  #clearDropped(now: number): boolean {
    if (!this.#dropper.hasRemains) return false;
    this.#write(() => this.#dropper.clear());
    this.#compactor.noteErased(now);
    return true;
  }

  #trimAudit(now: number): boolean {
    if (!this.#audit.hasOld(now)) return false;
    this.#write(() => this.#audit.trim(now));
    this.#compactor.noteErased(now);
    return true;
  }

  #write<T>(work: () => T): T {
    const { done, last } = this.#transactions.run(() => {
      const done = work();
      this.#messages.save();
      return { done, last: this.#rooms.save() };
    });
    if (last) this.#parts.witness.note({ room: last.id, epoch: last.epoch, seq: last.seq });
    return done;
  }

  /** Once the file was found damaged, nothing of it is told and nothing is added. */
  #whole<T>(use: () => T): T {
    if (this.#damage) throw this.#damage;
    try {
      return use();
    } catch (error) {
      if (!(error instanceof StorageError) || error.trouble !== "damaged") throw error;
      const what = `${this.#parts.path} is damaged and is not used any more: put a backup in its place, and start the relay again.`;
      throw (this.#damage = new StorageError("damaged", what, { cause: error }));
    }
  }
}

/** True for trouble with the file as a whole, which has nothing to do with what was to be stored. */
function isOfTheFile(error: unknown): boolean {
  return error instanceof StorageError && error.trouble !== "spoiled";
}

const UNAVAILABLE: Appended = {
  ok: false,
  code: "unavailable",
  message: "The relay cannot store anything just now; nothing was stored. Try again.",
};

const INTERNAL: Appended = {
  ok: false,
  code: "internal",
  message: "The relay could not store this; nothing was stored.",
};
