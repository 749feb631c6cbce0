import type { LitElement } from "lit";
import { say } from "../announcer.ts";
import type { RoomHandle } from "../handles.ts";
import type { Localizer } from "../strings/localizer.ts";
import { keyOf, type ListItem } from "./items.ts";
import { fetchMessage } from "./jump.ts";
import type { ReadingPlace } from "./reading-place.ts";
import type { RovingFocus } from "./roving-focus.ts";

/** What a jump moves. */
export interface Movers {
  room: () => RoomHandle | undefined;
  place: ReadingPlace;
  focus: RovingFocus;
  words: Localizer;
}

/** Takes the visitor to a message somewhere else, and the focus with them. */
export class Jumps {
  readonly #host: LitElement;
  readonly #movers: Movers;
  #found: string | undefined;
  #sought: { seq: number; isMissing: boolean } | undefined;

  constructor(host: LitElement, movers: Movers) {
    this.#host = host;
    this.#movers = movers;
  }

  /** True for the message that a jump has just led to. */
  hasFound(key: string): boolean {
    return key === this.#found;
  }

  /** Whether a message was asked for that is not held: it is on its way, or nowhere to be had. */
  soughtAs(seq: number): { isMissing: boolean } | undefined {
    return seq === this.#sought?.seq ? this.#sought : undefined;
  }

  /** Another room: what was asked for there is nothing here. */
  forget(): void {
    this.#sought = undefined;
  }

  /** Goes to a message, which is fetched if it is older than those held; false, and said so, if there is none. */
  async show(seq: number): Promise<boolean> {
    const room = this.#movers.room();
    const sought = this.#seek({ seq, isMissing: false });
    const message = room && (await fetchMessage(room, seq).catch(() => undefined));
    // Another room, or another wish by now.
    if (sought !== this.#sought) return false;
    if (!message) {
      this.#seek({ seq, isMissing: true });
      say(this.#movers.words.term("cannotShow"));
      return false;
    }
    this.forget();
    this.#found = keyOf(message);
    this.#movers.place.jumpTo(this.#found);
    await this.#focusOn(this.#found);
    return true;
  }

  /** Goes to the first or the last message held. */
  async toEdge(edge: "first" | "last", items: readonly ListItem[] = []): Promise<void> {
    const isMessage = ({ kind }: ListItem): boolean => kind === "message";
    const { key } = (edge === "first" ? items.find(isMessage) : items.findLast(isMessage)) ?? {};
    if (key === undefined) return;
    if (edge === "first") this.#movers.place.jumpTo(key);
    else this.#movers.place.toEnd();
    await this.#focusOn(key);
  }

  #seek(sought: { seq: number; isMissing: boolean }): unknown {
    this.#host.requestUpdate();
    return (this.#sought = sought);
  }

  async #focusOn(key: string): Promise<void> {
    await this.#host.updateComplete;
    this.#movers.focus.to(key, "message");
  }
}
