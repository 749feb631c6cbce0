import { ChatError } from "../chat-error.ts";
import type { Stored } from "../protocol/relay-packets.ts";
import { makeTimer } from "../timer.ts";
import type { Link, Reply } from "./link.ts";
import {
  OUTBOX_MAX,
  idOf,
  isPassing,
  moved,
  nextUp,
  queued,
  restored,
  unsent,
  without,
  type Draft,
  type Entry,
  type Outbox,
  type Writing,
} from "./outbox.ts";

/** Where something was stored: its id, its place in the room, and when (ms since 1970, by the relay's clock). */
export interface Sent {
  readonly id: string;
  readonly seq: number;
  readonly at: number;
}

/** What sending needs of the room. */
export interface SenderParts {
  readonly link: Link;
  /** True while the room can be written to. */
  isLive(): boolean;
  /** The place in the log up to which the room is drawn. */
  place(): { epoch: string | undefined; seq: number };
  ask(writing: Writing, reply: Reply<Stored>): void;
  /** The outbox is another one: to be drawn, and to be kept beyond this page. */
  changed(): void;
}

/** Works off an outbox: one after the other, each under its id until the relay has it or refuses it. */
export interface Sender {
  outbox(): Outbox;
  /** Sends as soon as it can. Resolves when it is stored, rejects when it is refused. */
  write(writing: Writing): Promise<Sent>;
  /** Sends a failed message after all, behind what was written since. */
  retry(id: string): Promise<Sent>;
  /** Gives up a failed message. */
  discard(id: string): void;
  /** Takes over what an earlier page left unsent. */
  restore(drafts: readonly Draft[]): void;
  /** These were seen in the room's log, which draws them from now on. */
  seen(messages: readonly Sent[]): void;
  /** Sends the next one, if it can be sent. */
  pump(): void;
  /** Nothing of this can be sent any more. */
  failAll(error: ChatError): void;
  /** Forgets everything; what was kept beyond this page stays there for whom it belongs to. */
  reset(error: ChatError): void;
}

export function makeSender({ link, isLive, place, ask, changed }: SenderParts): Sender {
  const { clock, backoffMs } = link;
  const timer = makeTimer(clock);
  const waiters = new Map<string, { resolve(sent: Sent): void; reject(error: ChatError): void }>();
  let outbox: Outbox = [];

  const set = (next: Outbox): void => {
    if (next === outbox) return;
    outbox = next;
    changed();
  };
  const take = (id: string): ReturnType<typeof waiters.get> => {
    const waiter = waiters.get(id);
    waiters.delete(id);
    return waiter;
  };
  const fail = (id: string, error: ChatError): void => {
    set(moved(outbox, id, { stage: "failed", error }));
    take(id)?.reject(error);
  };
  /** A stored message whose event cannot come any more, because the room's place is already past it. */
  const isPassed = (entry: Entry): boolean =>
    entry.stage === "stored" && (entry.epoch !== place().epoch || entry.seq <= place().seq);

  const enqueue = (writing: Writing): Promise<Sent> => {
    if (outbox.length >= 2 * OUTBOX_MAX) return handled(Promise.reject(FULL));
    const isFull = unsent(outbox).length >= OUTBOX_MAX;
    set(queued(outbox, writing, clock.now()));
    const outcome = new Promise<Sent>((resolve, reject) => waiters.set(writing.id, { resolve, reject }));
    if (isFull) fail(writing.id, FULL);
    else pump();
    return handled(outcome);
  };

  const send = ({ writing, tries }: Entry): void => {
    const { id } = writing;
    set(moved(outbox, id, { stage: "sending" }));
    ask(writing, {
      ok({ epoch, seq, at }) {
        set(without(moved(outbox, id, { stage: "stored", epoch, seq }), isPassed));
        take(id)?.resolve({ id, seq, at });
        pump();
      },
      failed(error) {
        // A lost line needs no wait of its own: the next line is the wait.
        const waitMs = error.code === "offline" ? 0 : (error.retryAfter ?? backoffMs(tries));
        if (!isPassing(error, tries)) fail(id, error);
        else set(moved(outbox, id, { stage: "queued", notBefore: clock.now() + waitMs }));
        pump();
      },
    });
  };

  const pump = (): void => {
    timer.stop();
    const entry = nextUp(outbox);
    if (!entry || !isLive()) return;
    const waitMs = entry.notBefore - clock.now();
    if (waitMs > 0) timer.set(waitMs, pump);
    else send(entry);
  };

  return {
    outbox: () => outbox,
    write: enqueue,
    retry(id) {
      const entry = outbox.find((entry) => idOf(entry) === id && entry.stage === "failed");
      if (!entry) return handled(Promise.reject(NOT_FAILED));
      set(without(outbox, (other) => other === entry));
      return enqueue(entry.writing);
    },
    discard(id) {
      set(without(outbox, (entry) => idOf(entry) === id && entry.stage === "failed"));
    },
    restore(drafts) {
      set(restored(outbox, drafts, clock.now()));
      pump();
    },
    seen(messages) {
      if (outbox.length === 0) return;
      const ids = new Map(messages.map((message) => [message.id, message]));
      set(without(outbox, (entry) => ids.has(idOf(entry)) || isPassed(entry)));
      for (const { id, seq, at } of messages) take(id)?.resolve({ id, seq, at });
      pump();
    },
    pump,
    failAll(error) {
      for (const draft of unsent(outbox)) fail(idOf(draft), error);
    },
    reset(error) {
      timer.stop();
      outbox = [];
      for (const id of [...waiters.keys()]) take(id)?.reject(error);
    },
  };
}

/** A failure is in the view as well: a caller who does not look at the promise must not crash the process. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

const FULL = new ChatError("offline", "Too many messages wait to be sent already.");
const NOT_FAILED = new ChatError("not-found", "There is no failed message with this id.");
