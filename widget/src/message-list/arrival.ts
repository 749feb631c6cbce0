import type { LitElement } from "lit";
import type { RoomHandle } from "../handles.ts";
import { keyOf, UNREAD_KEY } from "./items.ts";
import { fetchMessage } from "./jump.ts";
import { KeptPlace, type PlaceLeft } from "./kept-place.ts";
import type { ReadingPlace } from "./reading-place.ts";

/** Where somebody begins who comes to a room: where they read before, or else, if it is much, with what is new. */
export class Arrival {
  readonly #host: LitElement;
  readonly #place: ReadingPlace;
  readonly #kept: KeptPlace;
  #is: "waiting" | "returning" | "there" = "waiting";

  /**
   * @param name Names the room among others; no place is kept without.
   * @param now Where the visitor reads, unless it is at the end.
   */
  constructor(host: LitElement, place: ReadingPlace, name: () => string, now: () => PlaceLeft | undefined) {
    this.#host = host;
    this.#place = place;
    this.#kept = new KeptPlace(host, name, now);
  }

  /** False before the first messages are there, and while the place of before is fetched. */
  get isOver(): boolean {
    return this.#is === "there";
  }

  /** Another room. */
  startOver(): void {
    this.#is = "waiting";
  }

  /**
   * The first messages of the room are drawn, the end in view.
   *
   * @param toUnread Called when the visitor begins with what is new.
   */
  async arrive(room: RoomHandle, isStill: () => boolean, toUnread: () => void): Promise<void> {
    if (this.#is !== "waiting") return;
    const left = this.#kept.take();
    this.#is = left ? "returning" : "there";
    const message = left && (await fetchMessage(room, left.seq).catch(() => undefined));
    if (!isStill()) return;
    this.#is = "there";
    if (left && message) this.#place.jumpTo(keyOf(message), left.topPx);
    else if (this.#host.renderRoot.querySelector(".new") && this.#place.startAt(UNREAD_KEY)) toUnread();
  }
}
