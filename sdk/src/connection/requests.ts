import { ChatError } from "../chat-error.ts";
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

/** The requests of one connection that wait for their reply. */
export interface Requests {
  /** Gives a request its number. */
  open(type: string, reply: Reply<never>): number;
  /** A reply came. False when it is none: the wrong shape for what was asked. */
  settle(packet: RelayPacketOf<"ok">): boolean;
  fail(ref: number, error: ChatError): void;
  failAll(error: ChatError): void;
}

/**
 * Keeps requests until their end, which every one of them has: a reply, ten seconds, or the line's own.
 *
 * @param overdue Told of a request without a reply, with the time it was made.
 */
export function makeRequests(clock: Clock, overdue: (sentAt: number) => void): Requests {
  const pending = new Map<number, { type: string; reply: Reply<never>; stop: () => void }>();
  let lastRef = 0;

  const take = (ref: number): Reply<never> | undefined => {
    const request = pending.get(ref);
    pending.delete(ref);
    request?.stop();
    return request?.reply;
  };
  const fail = (ref: number, error: ChatError): void => take(ref)?.failed(error);

  return {
    fail,
    open(type, reply) {
      const ref = ++lastRef;
      const sentAt = clock.now();
      const stop = clock.after(REPLY_MS, () => {
        fail(ref, new ChatError("timeout", "The relay did not answer in time."));
        overdue(sentAt);
      });
      pending.set(ref, { type, reply, stop });
      return ref;
    },
    settle(packet) {
      const type = pending.get(packet.ref)?.type;
      if (type !== undefined && !isResult(type, packet)) return false;
      take(packet.ref)?.ok(packet as never);
      return true;
    },
    failAll(error) {
      for (const ref of [...pending.keys()]) fail(ref, error);
    },
  };
}
