import { ChatError } from "../chat-error.ts";
import type { Stored } from "../protocol/relay-packets.ts";
import { makeTimer } from "../timer.ts";
import type { Link, Reply } from "./link.ts";
import {
  OUTBOX_MAX,
  QUEUED,
  idOf,
  isFailed,
  isPassing,
  leavesDoubt,
  isCertain,
  moved,
  nextUp,
  restored,
  unsent,
  without,
  type Draft,
  type Entry,
  type Outbox,
  type Stage,
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
  /** Nothing more can be sent. What was sent before may be stored, and waits for what becomes of it. */
  failAll(error: ChatError): void;
  /** Forgets everything; what was kept beyond this page stays there for whom it belongs to. */
  reset(error: ChatError): void;
}

export function makeSender({ link, isLive, place, ask, changed }: SenderParts): Sender {
  const { clock } = link;
  const timer = makeTimer(clock);
  const waiters = new Map<string, { resolve(sent: Sent): void; reject(error: ChatError): void }>();
  let outbox: Outbox = [];

  const set = (next: Outbox): void => {
    if (next === outbox) return;
    outbox = next;
    changed();
  };
  const move = (id: string, stage: Stage): void => set(without(moved(outbox, id, stage), isPassed));
  const done = (sent: Sent): void => {
    waiters.get(sent.id)?.resolve(sent);
    waiters.delete(sent.id);
  };
  const fail = (id: string, error: ChatError): void => {
    move(id, { stage: "failed", error });
    waiters.get(id)?.reject(error);
    waiters.delete(id);
  };
  /** A stored message whose event cannot come any more, because the room's place is already past it. */
  const isPassed = (entry: Entry): boolean =>
    entry.stage === "stored" && (entry.epoch !== place().epoch || entry.seq <= place().seq);

  const write = (writing: Writing): Promise<Sent> => {
    const { id } = writing;
    const isFull = unsent(outbox).length >= OUTBOX_MAX;
    const outcome = new Promise<Sent>((resolve, reject) => waiters.set(id, { resolve, reject }));
    // What failed for want of room is shown, but not without end.
    if (outbox.length < 2 * OUTBOX_MAX) set([...outbox, { writing, at: clock.now(), ...QUEUED }]);
    if (isFull) fail(id, FULL);
    pump();
    return handled(outcome);
  };

  const pump = (): void => {
    timer.stop();
    const entry = nextUp(outbox);
    if (!entry || !isLive()) return;
    const waitMs = entry.notBefore - clock.now();
    // Once it has waited it is sent, also if the clock was set back meanwhile.
    if (waitMs > 0) timer.set(waitMs, () => (nextUp(outbox) === entry ? send(entry) : pump()));
    else send(entry);
  };

  const send = ({ writing, tries, inDoubt }: ReturnType<typeof nextUp> & object): void => {
    const { id } = writing;
    move(id, { stage: "sending" });
    ask(writing, {
      ok({ epoch, seq, at }) {
        move(id, { stage: "stored", epoch, seq });
        done({ id, seq, at });
        pump();
      },
      failed(error) {
        // A lost line needs no wait of its own: the next line is the wait.
        const waitMs = error.code === "offline" ? 0 : (error.retryAfter ?? link.backoffMs(tries));
        if (isPassing(error, tries)) {
          move(id, {
            stage: "queued",
            tries: tries + 1,
            notBefore: waitMs > 0 ? clock.now() + waitMs : 0,
            inDoubt: inDoubt || leavesDoubt(error),
          });
        } else fail(id, error);
        pump();
      },
    });
  };

  return {
    outbox: () => outbox,
    write,
    retry(id) {
      const entry = outbox.find(isFailed(id));
      set(without(outbox, isFailed(id)));
      return entry ? write(entry.writing) : handled(Promise.reject(NOT_FAILED));
    },
    discard: (id) => set(without(outbox, isFailed(id))),
    restore(drafts) {
      set(restored(outbox, drafts, clock.now()));
      pump();
    },
    seen(messages) {
      if (outbox.length === 0) return;
      const ids = new Set(messages.map(({ id }) => id));
      set(without(outbox, (entry) => ids.has(idOf(entry)) || isPassed(entry)));
      messages.forEach(({ id, seq, at }) => done({ id, seq, at }));
      pump();
    },
    pump,
    failAll(error) {
      for (const entry of outbox.filter(isCertain)) fail(idOf(entry), error);
    },
    reset(error) {
      timer.stop();
      outbox = [];
      for (const id of waiters.keys()) fail(id, error);
    },
  };
}

/** A failure is in the view as well: a caller who does not look at the promise must not crash the process. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

const FULL = new ChatError("offline", "Too many messages wait to be sent.");
const NOT_FAILED = new ChatError("not-found", "There is no failed message with this id.");
