import { ChatError } from "../chat-error.ts";

/** A message as it was written, with the id under which it is sent however often that takes. */
export interface Draft {
  readonly id: string;
  /** When it was written, in ms since 1970 by this machine's clock. */
  readonly at: number;
  readonly text: string;
  readonly reply?: number;
  readonly data?: object;
}

/**
 * A draft on its way.
 *
 * - `queued`: to be sent, not before `notBefore`; `tries` were in vain.
 * - `sending`: sent, and not answered yet.
 * - `stored`: the relay has it as `seq`; the event that draws it for everybody is still to come.
 * - `failed`: refused for good; the user may change their mind about it.
 */
export type Entry =
  | { readonly state: "queued"; readonly draft: Draft; readonly tries: number; readonly notBefore: number }
  | { readonly state: "sending"; readonly draft: Draft; readonly tries: number }
  | { readonly state: "stored"; readonly draft: Draft; readonly epoch: string; readonly seq: number }
  | { readonly state: "failed"; readonly draft: Draft; readonly error: ChatError };

/** What one user has written in one room and not yet seen come back, in the order of writing. */
export type Outbox = readonly Entry[];

/** Messages that may wait at once; what is written beyond fails visibly. */
export const OUTBOX_MAX = 200;

/** A fault of the relay that meets the same message so often is about the message. */
const INTERNAL_TRIES = 4;

/** Adds a draft at the end. The same id again changes nothing. */
export function enqueue(outbox: Outbox, draft: Draft): Outbox {
  if (outbox.some((entry) => entry.draft.id === draft.id)) return outbox;
  return [...outbox, { state: "queued", draft, tries: 0, notBefore: 0 }];
}

/** After this long a message that never got through is no longer sent without asking. */
const STALE_MS = 24 * 60 * 60 * 1000;

/**
 * Takes in drafts that an earlier page left behind, ahead of what was written since. One that is a day old is
 * shown as failed instead of being sent: nobody expects it any more, and the relay may no longer know its id.
 */
export function restored(outbox: Outbox, drafts: readonly Draft[], now: number): Outbox {
  const known = new Set(outbox.map((entry) => entry.draft.id));
  const entries = drafts.filter((draft) => !known.has(draft.id)).map((draft): Entry => {
    if (now - draft.at < STALE_MS) return { state: "queued", draft, tries: 0, notBefore: 0 };
    const error = new ChatError("timeout", "This message was written over a day ago and did not get through.");
    return { state: "failed", draft, error };
  });
  return entries.length > 0 ? [...entries, ...outbox] : outbox;
}

/** What an error says about the message that met it: the same again later, or no. */
export function isPassing(error: ChatError, tries: number): boolean {
  switch (error.code) {
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

/** True when nothing more may be added. */
export function isFull(outbox: Outbox): boolean {
  return outbox.length >= OUTBOX_MAX;
}

/**
 * The entry to be sent next: one at a time, so that a refusal or a lost line never lets a later message
 * overtake an earlier one. It may not be due yet (`notBefore`).
 */
export function nextUp(outbox: Outbox): Extract<Entry, { state: "queued" }> | undefined {
  if (outbox.some((entry) => entry.state === "sending")) return undefined;
  return outbox.find((entry) => entry.state === "queued");
}

export function sending(outbox: Outbox, id: string): Outbox {
  return change(outbox, id, (entry) =>
    entry.state === "queued" ? { state: "sending", draft: entry.draft, tries: entry.tries } : entry,
  );
}

/** The relay has it. */
export function stored(outbox: Outbox, id: string, epoch: string, seq: number): Outbox {
  return change(outbox, id, ({ draft }) => ({ state: "stored", draft, epoch, seq }));
}

/** It did not get through, or nobody knows whether it did: the same again, not before `notBefore`. */
export function requeued(outbox: Outbox, id: string, notBefore: number): Outbox {
  return change(outbox, id, (entry) =>
    entry.state === "sending"
      ? { state: "queued", draft: entry.draft, tries: entry.tries + 1, notBefore }
      : entry,
  );
}

/** The relay said no. */
export function failed(outbox: Outbox, id: string, error: ChatError): Outbox {
  return change(outbox, id, (entry) =>
    entry.state === "stored" ? entry : { state: "failed", draft: entry.draft, error },
  );
}

/** A failed one is to be sent after all, behind what has been written since. */
export function retried(outbox: Outbox, id: string): Outbox {
  const entry = outbox.find((entry) => entry.draft.id === id && entry.state === "failed");
  return entry ? enqueue(without(outbox, [id]), entry.draft) : outbox;
}

/** A failed one is given up. */
export function discarded(outbox: Outbox, id: string): Outbox {
  return keep(outbox, (entry) => entry.draft.id !== id || entry.state !== "failed");
}

/** These ids were seen in the room: the log draws them from now on. */
export function without(outbox: Outbox, ids: readonly string[]): Outbox {
  return keep(outbox, (entry) => !ids.includes(entry.draft.id));
}

/** Stored ones whose event cannot come any more, because the room's place is already past them. */
export function passed(outbox: Outbox, epoch: string | undefined, seq: number): Outbox {
  return keep(outbox, (entry) => entry.state !== "stored" || (entry.epoch === epoch && entry.seq > seq));
}

/** What has to outlive the page: all that the relay is not known to have, and has not refused. */
export function unsent(outbox: Outbox): Draft[] {
  return outbox.flatMap((entry) =>
    entry.state === "queued" || entry.state === "sending" ? [entry.draft] : [],
  );
}

function change(outbox: Outbox, id: string, to: (entry: Entry) => Entry): Outbox {
  return outbox.map((entry) => (entry.draft.id === id ? to(entry) : entry));
}

/** The same outbox when nothing falls out, so that nobody is told of a change that is none. */
function keep(outbox: Outbox, test: (entry: Entry) => boolean): Outbox {
  return outbox.every(test) ? outbox : outbox.filter(test);
}
