import type { StoredMessage } from "../fold.ts";
import { editsOf, messageOf, sumOf } from "./event-row.ts";
import type { RoomRecord } from "./room-table.ts";
import type { Statements } from "./statements.ts";

/** A message as its events have made it, and the places of its edits. */
export interface Folded {
  message: StoredMessage;
  edits: readonly number[];
}

/** Messages that are kept at hand: those that people are reacting to just now. */
const AT_HAND = 100;

/**
 * Messages that events are folded into: read when first needed and written once a commit, so that a crowd's
 * reactions to one message cost as much as one reaction.
 */
export class MessageTable {
  readonly #statements: Statements;
  /** By place; oldest use first. */
  readonly #messages = new Map<string, Folded>();
  readonly #changed = new Map<string, { room: number; seq: number }>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** The message at a place, if there is one. */
  find(room: RoomRecord, seq: number): Folded | undefined {
    const key = keyOf(room, seq);
    const folded = this.#messages.get(key) ?? this.#read(room, seq);
    if (!folded) return undefined;
    this.#messages.delete(key);
    this.#messages.set(key, folded);
    return folded;
  }

  /** Notes what has become of a message. */
  change(room: RoomRecord, folded: Folded): void {
    const { seq } = folded.message;
    this.#messages.set(keyOf(room, seq), folded);
    this.#changed.set(keyOf(room, seq), { room: room.id, seq });
  }

  /** Writes what has changed; at the end of a transaction. */
  save(): void {
    for (const [key, { room, seq }] of this.#changed) {
      const folded = this.#messages.get(key);
      if (!folded) continue;
      const message = JSON.stringify(folded.message);
      this.#statements.putFold.run(room, seq, sumOf(message), message, JSON.stringify(folded.edits));
    }
    this.#changed.clear();
    this.#shrink();
  }

  /** Forgets everything at hand: after a transaction that did not hold, only the file is right. */
  forget(): void {
    this.#changed.clear();
    this.#messages.clear();
  }

  #read(room: RoomRecord, seq: number): Folded | undefined {
    const row = this.#statements.message.get(room.id, seq);
    const message = row && messageOf(room.name, row);
    return message && { message, edits: editsOf(row) };
  }

  /** Between transactions only, so that nothing is dropped that is not yet written. */
  #shrink(): void {
    for (const key of this.#messages.keys()) {
      if (this.#messages.size <= AT_HAND) return;
      this.#messages.delete(key);
    }
  }
}

function keyOf(room: RoomRecord, seq: number): string {
  return `${room.id} ${seq}`;
}
