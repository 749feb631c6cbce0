import type { ChatError } from "../chat-error.ts";
import type { RoomEvent } from "../protocol/log.ts";
import type { Member, Person } from "../protocol/member.ts";
import type { Gap, ViewMessage } from "./view.ts";

/** What an application of its own adds to the chat; the parameter of `connect`. */
export interface ChatTypes {
  /** Its signals: name → data. */
  signals?: object;
  /** What a message's `data` holds. */
  data?: object;
}

/** The signals of an application; any name and data where it does not say. */
export type SignalsOf<T extends ChatTypes> = T extends { signals: infer S extends object }
  ? S
  : Record<string, unknown>;

/** The data of an application's messages; any object where it does not say. */
export type DataOf<T extends ChatTypes> = T extends { data: infer D extends object }
  ? D
  : Record<string, unknown>;

/** Somebody's signal: one of the application's, with its data. */
export type SignalOf<T extends ChatTypes> = {
  [N in keyof SignalsOf<T> & string]: { name: N; data: SignalsOf<T>[N]; by: Person };
}[keyof SignalsOf<T> & string];

type EventOf<K extends RoomEvent["kind"]> = Extract<RoomEvent, { kind: K }>;

/** What `room.on` can listen for, and what each listener is given. */
export interface RoomListeners<T extends ChatTypes = ChatTypes> {
  /** A message that is new in the room, this user's own too; not those of the past. */
  message: ViewMessage<DataOf<T>>;
  edit: EventOf<"edit">;
  delete: EventOf<"delete">;
  reaction: EventOf<"reaction">;
  pin: EventOf<"pin">;
  moderation: EventOf<"moderation">;
  settings: EventOf<"settings">;
  /** Members came or went; in a room too large to list, only the count. */
  presence: { count: number; joined: readonly Member[]; left: readonly string[] };
  /** Somebody else types, or stopped. */
  typing: { user: Person; on: boolean };
  signal: SignalOf<T>;
  /** Continuity was lost here. */
  gap: Gap;
  /** The relay took this user out of the room, or did not let them in. */
  removed: ChatError;
  /** The relay refused something that wanted no reply: typing, a signal, a read marker. */
  error: ChatError;
}
