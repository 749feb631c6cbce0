import type { ChatError } from "../chat-error.ts";
import type { Clock } from "../clock.ts";
import type { ClientPacketOf, RequestType } from "../protocol/client-packets.ts";
import type { User } from "../protocol/member.ts";
import type { RelayPacket, RelayPacketOf, Results } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";

/** A packet about one room. An `error` among them refuses a packet that wanted no reply. */
export type RoomPacket =
  Extract<RelayPacket, { room: RoomName }> | (RelayPacketOf<"error"> & { room: RoomName });

/** A request without its number. */
export type Question<T extends RequestType> = Omit<ClientPacketOf<T>, "ref"> & { type: T };

/** Who waits for a reply. Exactly one of the two is called, once. */
export interface Reply<Result> {
  ok(result: Result): void;
  failed(error: ChatError): void;
}

/** What happens to a line, beside packets; see the connection's. */
export type LinkNews = "state" | "line-up" | "welcome" | "renewed" | "line-down";

/** What a room needs of the connection that it shares with others. */
export interface Link {
  readonly clock: Clock;
  /** Who this user is; undefined until the relay has said so once. */
  readonly user: User | undefined;
  /** How the connection stands; `refused` says that there will be no line, and why. */
  readonly state: { readonly status: string; readonly error?: ChatError };
  /** True while packets can be sent. */
  readonly hasLine: boolean;
  /** Asks the relay; the reply is told in its order among the relay's packets. */
  ask<T extends RequestType>(question: Question<T>, reply: Reply<Results[T]>): void;
  /** Says something that is of the moment; dropped without a line. */
  send(packet: ClientPacketOf<"typing" | "read" | "signal">): void;
  /** How long to wait before trying again, in ms, after so many tries in vain. */
  backoffMs(attempt: number): number;
}

/** What the relay answers, for whom it does not matter what it said just before or after. */
export function answerTo<T extends RequestType>(link: Link, question: Question<T>): Promise<Results[T]> {
  return new Promise((ok, failed) => link.ask(question, { ok, failed }));
}
