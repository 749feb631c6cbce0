import type { LitElement, ReactiveController } from "lit";
import type { RoomView } from "@natter/sdk";
import type { RoomHandle } from "../handles.ts";

/**
 * Says where to draw the line above what is new, and tells the room what was read. The line is drawn for who
 * comes back: it stays while they read, though the messages below it count as read by then, and goes when they
 * look away again.
 */
export class UnreadDivider implements ReactiveController {
  readonly #host: LitElement;
  readonly #seesEnd: () => boolean;
  #from: number | undefined;
  #onScreen = false;
  #observer: IntersectionObserver | undefined;

  constructor(host: LitElement, seesEnd: () => boolean) {
    this.#host = host;
    this.#seesEnd = seesEnd;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.#lookedAway);
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#onScreen = entry?.isIntersecting ?? false;
      this.#lookedAway();
    });
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.#lookedAway);
    this.#observer?.disconnect();
  }

  /** The first message that was unread when the visitor came to it. */
  from(view: RoomView): number | undefined {
    this.#from ??= this.#reading() ? undefined : view.firstUnread;
    return this.#from;
  }

  /** Marks as read what is seen. */
  read(room: RoomHandle | undefined, view: RoomView | undefined): void {
    if (view && view.unread > 0 && this.#reading()) room?.markRead();
  }

  /** Another room, another line. */
  forget(): void {
    this.#from = undefined;
  }

  #reading(): boolean {
    return this.#onScreen && this.#seesEnd();
  }

  readonly #lookedAway = (): void => {
    if (document.hidden || !this.#onScreen) this.#from = undefined;
    this.#host.requestUpdate();
  };
}
