import { ChatError } from "../chat-error.ts";
import type { ModerationAction, Settings } from "../protocol/log.ts";
import type { RoomName } from "../protocol/room-name.ts";
import { CLOSED } from "./attendance.ts";
import type { RoomCore } from "./core.ts";
import { follow } from "./follow.ts";
import type { Question } from "./link.ts";
import { messageId } from "./message-id.ts";
import type { ChatTypes, DataOf, RoomListeners, SignalsOf } from "./room-events.ts";
import { handled, type Sent } from "./sender.ts";
import type { RoomView, ViewMessage } from "./view.ts";
import type { WritingType } from "./writer.ts";

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
 * lines, and rejects with {@link ChatError} when it is refused. Closing is final, and harmless when repeated.
 *
 * @example
 * const room = chat.room("lobby");
 * const stop = room.subscribe((view) => draw(view.messages));
 * await room.post("Hello");
 */
export class Room<T extends ChatTypes = ChatTypes> implements AsyncIterable<ViewMessage<DataOf<T>>> {
  readonly #core: RoomCore;

  /** Made by `chat.room`. */
  constructor(core: RoomCore) {
    this.#core = core;
  }

  /** The room's name in its one spelling (NFC). */
  get name(): RoomName {
    return this.#core.name;
  }

  /** What there is to show: the same object until something changes. Needs no `this`. */
  readonly view = (): RoomView<DataOf<T>> => {
    this.#use();
    return this.#core.view() as RoomView<DataOf<T>>;
  };

  /**
   * Calls `listener` with the view whenever it has changed, at most once for each frame of the relay's, and not
   * at once. Needs no `this`.
   *
   * @returns What stops it.
   */
  readonly subscribe = (listener: (view: RoomView<DataOf<T>>) => void): (() => void) => {
    this.#use();
    return this.#core.watchers.add((view) => listener(view as RoomView<DataOf<T>>));
  };

  /** Listens for one kind of thing that happens here. A listener that throws harms nobody. */
  on<N extends keyof RoomListeners>(name: N, listener: (value: RoomListeners<T>[N]) => void): () => void {
    this.#use();
    return this.#core.emitter.on(name, (value) => listener(value as RoomListeners<T>[N]));
  }

  /**
   * Writes a message. It stands in the view at once, as `pending`; it is sent in order, waits while there is no
   * line, survives a reload, and cannot appear twice.
   *
   * @returns Its place, once the relay has stored it.
   * @throws {ChatError} As a rejection, when it was refused; it then stands in the view as `failed`.
   */
  post(text: string, options: PostOptions<DataOf<T>> = {}): Promise<Sent> {
    return handled(this.#post(text, options));
  }

  /** Sends a failed message after all. */
  retry(id: string): Promise<Sent> {
    return this.#core.sender.retry(id);
  }

  /** Takes a failed message out of the view. */
  discard(id: string): void {
    this.#core.sender.discard(id);
  }

  /** Gives a message another text. */
  edit(seq: number, text: string): Promise<Sent> {
    return this.#write({ type: "edit", target: seq, text });
  }

  /** Deletes a message: its text is erased everywhere. */
  delete(seq: number, reason?: string): Promise<Sent> {
    return this.#write({ type: "delete", target: seq, ...(reason !== undefined && { reason }) });
  }

  /** Sets this user's reaction with one emoji, or takes it away. */
  react(seq: number, emoji: string, on = true): Promise<Sent> {
    return this.#write({ type: "react", target: seq, emoji, on });
  }

  /** Pins a message, or takes it off. */
  pin(seq: number, on = true): Promise<Sent> {
    return this.#write({ type: "pin", target: seq, on });
  }

  /** Acts on a user of the room. */
  moderate(action: ModerationAction, user: string, options: ModerateOptions = {}): Promise<Sent> {
    return this.#write({ type: "moderate", action, user, ...options });
  }

  /** Changes the room's settings; what is not named stays. */
  configure(settings: Settings): Promise<Sent> {
    return this.#write({ type: "configure", ...settings });
  }

  /**
   * Loads one page of older messages. Calls at the same time share one page.
   *
   * @param limit Messages wanted, at most 200; 50 if not said.
   * @returns False when the beginning of the room is reached.
   */
  older(limit?: number): Promise<boolean> {
    this.#use();
    return handled(this.#core.older(limit));
  }

  /** This user is typing; call it with every change of the text. It ends by itself, and when they post. */
  typing(on = true): void {
    this.#use();
    this.#core.typing.set(on);
  }

  /** This user has read everything up to `seq`; up to the last message if not said. */
  markRead(seq?: number): void {
    this.#use();
    const last = this.#core.history.timeline.messages.at(-1)?.seq ?? 0;
    if (this.#core.marker.mark(seq ?? last)) this.#core.changed();
  }

  /** Tells everybody in the room something of the moment. Never stored; dropped while there is no line. */
  signal<N extends keyof SignalsOf<T> & string>(name: N, data: SignalsOf<T>[N]): void {
    this.#use();
    this.#core.link.send({ type: "signal", room: this.name, name, data: plain(data) });
  }

  /** Comes in again after having been removed, if the relay lets this user. */
  rejoin(): void {
    this.#core.attendance.rejoin();
  }

  /** Leaves the room and ends this handle; what is not sent yet stays for the next page. */
  close(): void {
    this.#core.close();
  }

  /**
   * New messages as they come, until the handle is closed. Whoever reads slowly misses none that is still held.
   * Throws `ChatError` when this user is removed.
   */
  [Symbol.asyncIterator](): AsyncGenerator<ViewMessage<DataOf<T>>, void, undefined> {
    this.#use();
    return follow(this.#core) as AsyncGenerator<ViewMessage<DataOf<T>>, void, undefined>;
  }

  #use(): void {
    this.#core.attendance.want();
  }

  async #post(text: string, { reply, data }: PostOptions<DataOf<T>>): Promise<Sent> {
    this.#use();
    const { attendance, sender, link, typing } = this.#core;
    const { state } = attendance;
    if (state.at === "closed") throw CLOSED;
    if (typeof text !== "string" || text === "") throw new ChatError("invalid", "A message needs a text.");
    const at = link.clock.now();
    const draft = {
      id: messageId(at),
      at,
      text,
      ...(reply !== undefined && { reply }),
      ...(data && { data: plain(data) }),
    };
    typing.set(false);
    const sent = sender.post(draft);
    if (state.at === "removed") sender.failAll(state.error);
    return sent;
  }

  #write(what: Writing): Promise<Sent> {
    this.#use();
    const { link, name, writer } = this.#core;
    return handled(writer.write({ ...what, room: name, id: messageId(link.clock.now()) } as never));
  }
}

/** Something to be written, without what `#write` adds. */
type Writing = { [K in WritingType]: Omit<Question<K>, "room" | "id"> }[WritingType];

/** Data as JSON will carry it. What cannot be carried fails here, at the call, and not later on the line. */
function plain<D>(data: D): D {
  try {
    return JSON.parse(JSON.stringify(data)) as D;
  } catch (cause) {
    throw new ChatError("invalid", "This data cannot be written as JSON.", { cause });
  }
}
