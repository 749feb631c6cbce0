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

/**
 * A writing on its way. `at`: when it was written, in ms since 1970 by this machine's clock. `tries` were in
 * vain so far.
 *
 * - `queued`: to be sent, not before `notBefore`.
 * - `sending`: sent, and not answered yet.
 * - `stored`: a message that the relay has as `seq`; the event that draws it for everybody is still to come.
 * - `failed`: a message that was refused for good; the user may change their mind about it.
 */
export type Entry = { readonly writing: Writing; readonly at: number; readonly tries: number } & Stage;

export type Stage =
  | { readonly stage: "queued"; readonly notBefore: number }
  | { readonly stage: "sending" }
  | { readonly stage: "stored"; readonly epoch: string; readonly seq: number }
  | { readonly stage: "failed"; readonly error: ChatError };

/** What one user has written in one room and not yet seen come back, in the order of writing. */
export type Outbox = readonly Entry[];

/** What of an entry outlives the page. */
export type Draft = Pick<Entry, "writing" | "at">;

/** What may wait at once; what is written beyond fails visibly. */
export const OUTBOX_MAX = 200;
/** After this long a message that never got through is not sent without asking. */
const STALE_MS = 24 * 60 * 60 * 1000;
/** A fault of the relay that meets the same writing so often is about the writing. */
const INTERNAL_TRIES = 4;

/** Adds something at the end. */
export function queued(outbox: Outbox, writing: Writing, at: number): Outbox {
  return [...outbox, { writing, at, tries: 0, stage: "queued", notBefore: 0 }];
}

/**
 * Takes in what an earlier page left behind, ahead of what was written since. What is a day old is shown as
 * failed instead of being sent: nobody expects it any more, and the relay may no longer know its id.
 */
export function restored(outbox: Outbox, drafts: readonly Draft[], now: number): Outbox {
  const known = outbox.map(idOf);
  const entries = drafts
    .filter(({ writing }) => !known.includes(writing.id))
    .map(({ writing, at }): Entry => {
      const stage: Stage =
        now - at < STALE_MS ? { stage: "queued", notBefore: 0 } : { stage: "failed", error: OLD };
      return { writing, at, tries: 0, ...stage };
    });
  return entries.length > 0 ? [...entries, ...outbox] : outbox;
}

/**
 * The entry to be sent next: one at a time, so that a refusal or a lost line never lets a later one overtake an
 * earlier one. It may not be due yet.
 */
export function nextUp(outbox: Outbox): Extract<Entry, { stage: "queued" }> | undefined {
  const first = outbox.find(({ stage }) => stage === "queued" || stage === "sending");
  return first?.stage === "queued" && !outbox.some(({ stage }) => stage === "sending") ? first : undefined;
}

/** An entry has come to another stage. Only messages stay once they are stored or have failed. */
export function moved(outbox: Outbox, id: string, stage: Stage): Outbox {
  return outbox.flatMap((entry): Entry[] => {
    if (idOf(entry) !== id) return [entry];
    const { writing, at, tries } = entry;
    if (writing.type !== "post" && (stage.stage === "stored" || stage.stage === "failed")) return [];
    return [{ writing, at, tries: tries + (stage.stage === "sending" ? 1 : 0), ...stage }];
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

/** What an error says about a writing that met it: the same again later, or no. */
export function isPassing({ code }: ChatError, tries: number): boolean {
  switch (code) {
    case "offline":
    case "timeout":
    case "rate-limited":
    case "unavailable":
    // The line ends over these; the next one comes with another token.
    case "unauthorized":
    case "token-expired":
      return true;
    case "internal":
      return tries < INTERNAL_TRIES;
    default:
      return false;
  }
}

const OLD = new ChatError("timeout", "This was written over a day ago and did not get through.");
