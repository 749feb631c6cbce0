import { ChatError, errorOf } from "../chat-error.ts";
import type { Clock } from "../clock.ts";
import type { ClientPacket } from "../protocol/client-packets.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { RelayPacketOf } from "../protocol/relay-packets.ts";
import { isResult } from "./inbound.ts";

/** How long a reply may take. */
const REPLY_MS = 10_000;
/**
 * The same for a page. It is one frame, of which nothing is to be seen before its last byte has come, and on a poor
 * line that takes its time: there the heartbeat says whether the line is dead.
 */
const PAGE_MS = 60_000;
const PAGES = ["join", "history", "members", "restrictions"];

/** Who waits for a reply. Exactly one of the two is called, once. */
export interface Reply<Result> {
  ok(result: Result): void;
  failed(error: ChatError): void;
}

/** Where what is said goes out, and where the replies come back. */
export interface Desk {
  /** Sends a packet, together with what else is said in this turn of the event loop. */
  send(packet: ClientPacket): void;
  /** Sends a request, and keeps who asked until its end: a reply, too long without one, or the line's own. */
  ask(question: { type: string }, reply: Reply<never>): void;
  /** A reply came. False when it is none: the wrong shape for what was asked. */
  settle(packet: RelayPacketOf<"ok"> | (RelayPacketOf<"error"> & { ref: number })): boolean;
  /** The line is gone: nothing that was said on it will be answered. */
  clear(error: ChatError): void;
  /** What a frame may weigh, in bytes, by this relay's configuration. */
  limit(bytes: number): void;
}

/**
 * @param overdue Told of a request without a reply, with the time it was made.
 */
export function makeDesk(
  clock: Clock,
  sendFrame: (frame: string) => void,
  overdue: (sentAt: number) => void,
): Desk {
  const pending = new Map<number, { type: string; reply: Reply<never>; stop: () => void }>();
  const isPage = ({ type }: { type: string }): boolean => PAGES.includes(type);
  let packets: object[] = [];
  let lastRef = 0;
  // In UTF-16 units, each of which is at most three bytes.
  let maxLength = LIMITS.frameBytes / 3;

  /** One frame, or as few as the limit allows: a relay ends a connection over a frame that is too large. */
  const flush = (): void => {
    let frame = "";
    for (const packet of packets.splice(0)) {
      const json = JSON.stringify(packet);
      if (frame && frame.length + json.length > maxLength) {
        sendFrame(`[${frame}]`);
        frame = "";
      }
      frame += (frame && ",") + json;
    }
    if (frame) sendFrame(`[${frame}]`);
  };
  const send = (packet: object): void => {
    if (packets.push(packet) === 1) queueMicrotask(flush);
  };
  const take = (ref: number): Reply<never> | undefined => {
    const request = pending.get(ref);
    pending.delete(ref);
    request?.stop();
    return request?.reply;
  };

  return {
    send,
    ask(question, reply) {
      if (JSON.stringify(question).length > maxLength) return reply.failed(TOO_LARGE);
      const ref = ++lastRef;
      const sentAt = clock.now();
      const stop = clock.after(isPage(question) ? PAGE_MS : REPLY_MS, () => {
        take(ref)?.failed(LATE);
        if (![...pending.values()].some(isPage)) overdue(sentAt);
      });
      pending.set(ref, { type: question.type, reply, stop });
      send({ ...question, ref });
    },
    settle(packet) {
      const { ref } = packet;
      const type = pending.get(ref)?.type;
      if (packet.type === "error") take(ref)?.failed(errorOf(packet));
      else if (type && !isResult(type, packet)) return false;
      else take(ref)?.ok(packet as never);
      return true;
    },
    clear(error) {
      packets = [];
      for (const ref of [...pending.keys()]) take(ref)?.failed(error);
    },
    limit(bytes) {
      maxLength = bytes / 3;
    },
  };
}

export const LATE = new ChatError("timeout", "The relay did not answer in time.");
const TOO_LARGE = new ChatError("too-large", "This is more than a frame can hold.");
