import { ChatError } from "../chat-error.ts";
import type { RequestType } from "../protocol/client-packets.ts";
import type { Results, Stored } from "../protocol/relay-packets.ts";
import type { Question } from "./link.ts";

/** Requests whose effect is stored in the room, each under an id of the client's. */
export type WritingType = { [T in RequestType]: Results[T] extends Stored ? T : never }[RequestType];

/**
 * Something to be written, as the wire will carry it but for `room` and `ref`, with the id under which it goes
 * however often that takes.
 */
export type Writing = { [T in WritingType]: Omit<Question<T>, "room"> }[WritingType];

/** What of a writing outlives the page. `at`: when it was written, in ms since 1970 by this machine's clock. */
export interface Draft {
  readonly writing: Writing;
  readonly at: number;
}

/**
 * - `queued`: to be sent, not before `notBefore`; `tries` were in vain so far. In doubt when one of them was
 *   never answered: the relay may have it.
 * - `sending`: sent, and not answered yet.
 * - `stored`: a message that the relay has as `seq`; the event that draws it for everybody is still to come.
 * - `failed`: a message that was refused for good; the user may change their mind about it.
 */
export type Stage =
  | {
      readonly stage: "queued";
      readonly tries: number;
      readonly notBefore: number;
      readonly inDoubt: boolean;
    }
  | { readonly stage: "sending" }
  | { readonly stage: "stored"; readonly epoch: string; readonly seq: number }
  | { readonly stage: "failed"; readonly error: ChatError };

/** A writing on its way. */
export type Entry = Draft & Stage;

/** What one user has written in one room and not yet seen come back, in the order of writing. */
export type Outbox = readonly Entry[];

/** What may wait at once; what is written beyond fails visibly. */
export const OUTBOX_MAX = 200;
/** The relay knows an id for a day; after that, sending it again could double it. */
const STALE_MS = 24 * 60 * 60 * 1000;
/** A fault of the relay that meets the same writing so often is about the writing. */
const INTERNAL_TRIES = 4;

/** Where every writing begins. */
export const QUEUED: Extract<Stage, { stage: "queued" }> = {
  stage: "queued",
  tries: 0,
  notBefore: 0,
  inDoubt: false,
};

/**
 * Takes in what an earlier page left behind, ahead of what was written since. What is a day old is shown as
 * failed instead of being sent: nobody expects it any more.
 */
export function restored(outbox: Outbox, drafts: readonly Draft[], now: number): Outbox {
  const known = outbox.map(idOf);
  const left = drafts.filter((draft) => !known.includes(idOf(draft)));
  return [...left.map((draft) => ({ ...draft, ...(now - draft.at < STALE_MS ? IN_DOUBT : OLD) })), ...outbox];
}

/**
 * The entry to be sent next: one at a time, so that a refusal or a lost line never lets a later one overtake an
 * earlier one. It may not be due yet.
 */
export function nextUp(outbox: Outbox): Extract<Entry, { stage: "queued" }> | undefined {
  if (outbox.some(({ stage }) => stage === "sending")) return undefined;
  return outbox.find((entry) => entry.stage === "queued");
}

/** An entry has come to another stage. Only messages stay once they are stored or have failed. */
export function moved(outbox: Outbox, id: string, stage: Stage): Outbox {
  const isOver = stage.stage === "stored" || stage.stage === "failed";
  return outbox.flatMap((entry): Entry[] => {
    if (idOf(entry) !== id) return [entry];
    const { writing, at } = entry;
    return isOver && writing.type !== "post" ? [] : [{ writing, at, ...stage }];
  });
}

/** Without some entries; the same outbox if there are none of them. */
export function without(outbox: Outbox, test: (entry: Entry) => boolean): Outbox {
  return outbox.some(test) ? outbox.filter((entry) => !test(entry)) : outbox;
}

/** What has to outlive the page: all that the relay is not known to have, and has not refused. */
export function unsent(outbox: Outbox): Draft[] {
  return outbox
    .filter(({ stage }) => stage === "queued" || stage === "sending")
    .map(({ writing, at }) => ({ writing, at }));
}

export function idOf({ writing }: Draft): string {
  return writing.id;
}

/** True for the messages of one user that failed, by id: those that `retry` and `discard` act on. */
export function isFailed(id: string): (entry: Entry) => boolean {
  return (entry) => idOf(entry) === id && entry.stage === "failed";
}

/** True for what the relay is known not to have. */
export function isCertain(entry: Entry): boolean {
  return entry.stage === "queued" && !entry.inDoubt;
}

/** True for an error that leaves open whether it was stored. */
export function leavesDoubt({ code }: ChatError): boolean {
  return code === "offline" || code === "timeout" || code === "internal";
}

/** Codes that say nothing against what was asked: the same again may pass, later or on another line. */
const PASSING = ["offline", "timeout", "rate-limited", "unavailable", "unauthorized", "token-expired"];

/** What an error says about a writing that met it: the same again later, or no. */
export function isPassing({ code }: ChatError, tries: number): boolean {
  return PASSING.includes(code) || (code === "internal" && tries < INTERNAL_TRIES);
}

// The earlier page may have sent it.
const IN_DOUBT: Stage = { ...QUEUED, inDoubt: true };
const OLD: Stage = {
  stage: "failed",
  error: new ChatError("timeout", "This was written over a day ago."),
};
