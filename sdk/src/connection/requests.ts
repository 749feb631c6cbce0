import { ChatError, type ChatErrorCode } from "../chat-error.ts";
import type { Clock } from "../clock.ts";
import type { RelayPacketOf } from "../protocol/relay-packets.ts";
import { isResult } from "./inbound.ts";

/** How long a reply may take. */
const REPLY_MS = 10_000;

/** Who waits for a reply. Exactly one of the two is called, once. */
export interface Reply<Result> {
  ok(result: Result): void;
  failed(error: ChatError): void;
}

interface Pending {
  readonly type: string;
  readonly reply: Reply<never>;
  readonly stopTimer: () => void;
}

/** The requests of one connection that wait for their reply. Every one of them ends: reply, time, or line. */
export class Requests {
  readonly #clock: Clock;
  readonly #overdue: (sentAt: number) => void;
  readonly #pending = new Map<number, Pending>();
  #lastRef = 0;

  /** @param overdue Told of a request without a reply, with the time it was made. */
  constructor(clock: Clock, overdue: (sentAt: number) => void) {
    this.#clock = clock;
    this.#overdue = overdue;
  }

  /** Gives a request its number. */
  open(type: string, reply: Reply<never>): number {
    const ref = ++this.#lastRef;
    const sentAt = this.#clock.now();
    const stopTimer = this.#clock.after(REPLY_MS, () => {
      this.fail(ref, new ChatError("timeout", "The relay did not answer in time."));
      this.#overdue(sentAt);
    });
    this.#pending.set(ref, { type, reply, stopTimer });
    return ref;
  }

  /** A reply came. False when it is none: the wrong shape for what was asked. */
  settle(packet: RelayPacketOf<"ok">): boolean {
    const { ref } = packet;
    const pending = this.#pending.get(ref);
    if (pending && !isResult(pending.type, packet)) return false;
    this.#take(ref)?.reply.ok(packet as never);
    return true;
  }

  fail(ref: number, error: ChatError): void {
    this.#take(ref)?.reply.failed(error);
  }

  failAll(error: ChatError): void {
    for (const ref of [...this.#pending.keys()]) this.fail(ref, error);
  }

  #take(ref: number): Pending | undefined {
    const pending = this.#pending.get(ref);
    pending?.stopTimer();
    this.#pending.delete(ref);
    return pending;
  }
}

/** The `ChatError` that an `error` packet means. */
export function errorOf(packet: RelayPacketOf<"error">): ChatError {
  const { code, message, retryAfter } = packet;
  return new ChatError(code as ChatErrorCode, message, retryAfter === undefined ? {} : { retryAfter });
}
