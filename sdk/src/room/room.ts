import type { ModerationAction, Settings } from "../protocol/log.ts";
import type { RestrictedUser } from "../protocol/moderation-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import type { ChatTypes, DataOf, RoomListeners, SignalsOf } from "./room-events.ts";
import type { Sent } from "./sender.ts";
import type { RoomView, ViewMessage } from "./view.ts";

/** What a message may carry besides its text. */
export interface PostOptions<Data extends object = Record<string, unknown>> {
  /** The `seq` of the message this one answers. */
  reply?: number;
  /** Any JSON object of the application's own, at most 4 KiB. */
  data?: Data;
}

/** What a moderator may say besides whom and what. */
export interface ModerateOptions {
  /** For how many seconds; a mute or ban without it has no end. */
  for?: number;
  /** A sentence for the one it concerns, and for the record. */
  reason?: string;
}

/**
 * One room, as one user holds it. `chat.room(name)` makes it; it joins when it is first used.
 *
 * Everything a screen needs is in `view()`, which is another object only when something changed; `subscribe`
 * tells of that, once for all that came in one frame. Both can be handed to React's `useSyncExternalStore` as
 * they are. What is written here resolves once the relay has stored it, goes on under the same id over lost
 * lines and reloads, in the order of writing, and rejects with `ChatError` when it is refused. Closing is final,
 * and harmless when repeated.
 *
 * @example
 * const room = chat.room("lobby");
 * const stop = room.subscribe((view) => draw(view.messages));
 * await room.post("Hello");
 */
export interface Room<T extends ChatTypes = ChatTypes> extends AsyncIterable<ViewMessage<DataOf<T>>> {
  /** The room's name in its one spelling (NFC). */
  readonly name: RoomName;

  /** What there is to show: the same object until something changes. */
  view(this: void): RoomView<DataOf<T>>;

  /**
   * Calls `listener` with the view whenever it has changed, at most once for each frame of the relay's, and not
   * at once. Returns what stops it.
   */
  subscribe(this: void, listener: (view: RoomView<DataOf<T>>) => void): () => void;

  /** Listens for one kind of thing that happens here; returns what stops it. A listener that throws harms nobody. */
  on<N extends keyof RoomListeners>(name: N, listener: (value: RoomListeners<T>[N]) => void): () => void;

  /**
   * Writes a message. It stands in the view at once, as `pending`; it is sent in order, waits while there is no
   * line, survives a reload, and cannot appear twice. Resolves with its place once the relay has stored it;
   * rejects when it was refused, and it then stands in the view as `failed`.
   */
  post(text: string, options?: PostOptions<DataOf<T>>): Promise<Sent>;

  /** Sends a failed message after all. */
  retry(id: string): Promise<Sent>;

  /** Takes a failed message out of the view. */
  discard(id: string): void;

  /** Gives a message another text. */
  edit(seq: number, text: string): Promise<Sent>;

  /** Deletes a message: its text is erased everywhere. */
  delete(seq: number, reason?: string): Promise<Sent>;

  /** Sets this user's reaction with one emoji, or (`on` false) takes it away. */
  react(seq: number, emoji: string, on?: boolean): Promise<Sent>;

  /** Pins a message, or (`on` false) takes it off. */
  pin(seq: number, on?: boolean): Promise<Sent>;

  /** Acts on a user of the room. */
  moderate(action: ModerationAction, user: string, options?: ModerateOptions): Promise<Sent>;

  /** Everybody who is muted or banned here just now; for those who may mute or ban. */
  restrictions(): Promise<RestrictedUser[]>;

  /** Changes the room's settings; what is not named stays. */
  configure(settings: Settings): Promise<Sent>;

  /**
   * Loads one page of older messages: 50, or `limit`, at most 200. False when the beginning of the room is
   * reached. Calls at the same time share one page. Rejects with `offline` while there is no line.
   */
  older(limit?: number): Promise<boolean>;

  /** The message of that `seq`, fetched if it is older than those held; undefined if there is none. */
  message(seq: number): Promise<ViewMessage<DataOf<T>> | undefined>;

  /** This user is typing; call it with every change of the text. It ends by itself, and when they post. */
  typing(on?: boolean): void;

  /** This user has read everything up to `seq`; up to the last message if not said. */
  markRead(seq?: number): void;

  /** Tells everybody in the room something of the moment. Never stored; dropped while there is no line. */
  signal<N extends keyof SignalsOf<T> & string>(name: N, data: SignalsOf<T>[N]): void;

  /** Comes in again after having been removed, if the relay lets this user. */
  rejoin(): void;

  /** Leaves the room and ends this handle. What is not sent yet stays for the next page. */
  close(): void;
}
