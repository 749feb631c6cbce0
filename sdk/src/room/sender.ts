import { ChatError } from "../chat-error.ts";
import type { Clock } from "../clock.ts";
import type { Stored } from "../protocol/relay-packets.ts";
import {
  discarded,
  enqueue,
  failed,
  isFull,
  isPassing,
  nextUp,
  passed,
  requeued,
  restored,
  retried,
  sending,
  stored,
  unsent,
  without,
  type Draft,
  type Outbox,
} from "./outbox.ts";

/** Where a thing was stored: its place in the room, when (ms since 1970, by the relay's clock), and its id. */
export interface Sent {
  readonly id: string;
  readonly seq: number;
  readonly at: number;
}

/** What sending needs of the room. */
export interface SenderParts {
  readonly clock: Clock;
  /** True while the room can be written to. */
  isLive(): boolean;
  /** The place in the log up to which the room is drawn. */
  position(): { epoch: string | undefined; seq: number };
  post(draft: Draft, reply: { ok(result: Stored): void; failed(error: ChatError): void }): void;
  backoffMs(attempt: number): number;
  /** Keeps what is unsent beyond this page. */
  save(drafts: readonly Draft[]): void;
  /** The outbox is another one. */
  changed(): void;
}

interface Waiter {
  resolve(sent: Sent): void;
  reject(error: ChatError): void;
}

/** Works off an outbox: one message after the other, each with its id until the relay has it or refuses it. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #waiters = new Map<string, Waiter>();
  #outbox: Outbox = [];
  #stopTimer: () => void = () => {};

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  get outbox(): Outbox {
    return this.#outbox;
  }

  /** What has to outlive this page. */
  get unsent(): readonly Draft[] {
    return unsent(this.#outbox);
  }

  /** Sends a draft as soon as it can be. Resolves when it is stored, rejects when it is refused. */
  post(draft: Draft): Promise<Sent> {
    if (isFull(this.#outbox)) return handled(Promise.reject(FULL));
    this.#set(enqueue(this.#outbox, draft));
    return this.#outcome(draft.id);
  }

  retry(id: string): Promise<Sent> {
    const outbox = retried(this.#outbox, id);
    if (outbox === this.#outbox) return handled(Promise.reject(NOT_FAILED));
    this.#set(outbox);
    return this.#outcome(id);
  }

  discard(id: string): void {
    this.#set(discarded(this.#outbox, id));
  }

  /** Takes over what an earlier page left unsent. */
  restore(drafts: readonly Draft[]): void {
    this.#set(restored(this.#outbox, drafts, this.#parts.clock.now()));
    this.pump();
  }

  /** These were seen in the room's log. */
  seen(messages: readonly Sent[]): void {
    if (this.#outbox.length === 0) return;
    for (const { id, seq, at } of messages) this.#settle(id)?.resolve({ id, seq, at });
    this.#set(without(this.#outbox, messages.map(({ id }) => id)));
    this.#forgetPassed();
    this.pump();
  }

  /** Sends the next one, if it can be sent; otherwise waits until it can. */
  pump(): void {
    this.#stopTimer();
    const entry = nextUp(this.#outbox);
    if (!entry || !this.#parts.isLive()) return;
    const { clock } = this.#parts;
    const wait = entry.notBefore - clock.now();
    if (wait > 0) {
      this.#stopTimer = clock.after(wait, () => this.pump());
      return;
    }
    const { draft, tries } = entry;
    this.#set(sending(this.#outbox, draft.id));
    this.#parts.post(draft, {
      ok: (result) => this.#stored(draft, result),
      failed: (error) => this.#refused(draft, tries, error),
    });
  }

  /** Nothing of this can be sent any more. */
  failAll(error: ChatError): void {
    for (const { id } of unsent(this.#outbox)) this.#fail(id, error);
  }

  /** Forgets everything; what was saved stays saved for whom it belongs to. */
  reset(error: ChatError): void {
    this.#stopTimer();
    for (const id of [...this.#waiters.keys()]) this.#settle(id)?.reject(error);
    this.#outbox = [];
  }

  #stored(draft: Draft, { epoch, seq, at }: Stored): void {
    this.#settle(draft.id)?.resolve({ id: draft.id, seq, at });
    this.#set(stored(this.#outbox, draft.id, epoch, seq));
    this.#forgetPassed();
    this.pump();
  }

  #refused(draft: Draft, tries: number, error: ChatError): void {
    if (!isPassing(error, tries)) this.#fail(draft.id, error);
    else {
      const { clock, backoffMs } = this.#parts;
      // A lost line needs no wait of its own: the next line is the wait.
      const waitMs = error.code === "offline" ? 0 : (error.retryAfter ?? backoffMs(tries));
      this.#set(requeued(this.#outbox, draft.id, clock.now() + waitMs));
    }
    this.pump();
  }

  #fail(id: string, error: ChatError): void {
    this.#set(failed(this.#outbox, id, error));
    this.#settle(id)?.reject(error);
  }

  #forgetPassed(): void {
    const { epoch, seq } = this.#parts.position();
    this.#set(passed(this.#outbox, epoch, seq));
  }

  #outcome(id: string): Promise<Sent> {
    const outcome = new Promise<Sent>((resolve, reject) => this.#waiters.set(id, { resolve, reject }));
    this.pump();
    return handled(outcome);
  }

  #settle(id: string): Waiter | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    return waiter;
  }

  #set(outbox: Outbox): void {
    if (outbox === this.#outbox) return;
    this.#outbox = outbox;
    this.#parts.save(unsent(outbox));
    this.#parts.changed();
  }
}

/** A failure is in the view as well: a caller who does not look at the promise must not crash the process. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

const FULL = new ChatError("offline", "Too many messages wait to be sent already.");
const NOT_FAILED = new ChatError("not-found", "There is no failed message with this id.");
