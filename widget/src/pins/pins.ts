import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { RoomView, ViewMessage } from "@natter/sdk";
import { Follow } from "../follow.ts";
import type { RoomHandle } from "../handles.ts";
import { close, pin } from "../icons.ts";
import { messageAt } from "../message-list/jump.ts";
import { gist } from "../message/quote.ts";
import { Localizer } from "../strings/localizer.ts";
import { pinsStyles } from "./pins.styles.ts";

/**
 * The pinned message above the conversation, the newest one first: who said what, and the way there.
 *
 * @csspart bar - the whole bar
 * @csspart jump - leads to the message
 * @csspart next - shows the one pinned before it
 * @csspart unpin - takes it off
 */
export class Pins extends LitElement {
  static override properties = {
    room: { attribute: false },
    show: { attribute: false },
    shown: { state: true },
    trouble: { state: true },
  };

  static override styles = pinsStyles;

  readonly #words = new Localizer(this);

  /** The room whose pins these are. */
  room?: RoomHandle;
  /** Goes to a message; false if it cannot be found. */
  show: (seq: number) => Promise<boolean> = () => Promise.resolve(false);

  /** The one that was chosen, and what was the newest then: a newer one is shown first again. */
  private shown: { seq: number; newest: number } | undefined;
  private trouble = "";

  /** Messages older than those held; undefined while they are fetched, null if there is none. */
  readonly #fetched = new Map<number, ViewMessage | null | undefined>();
  #from: RoomHandle | undefined;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    new Follow(this, () => this.room);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#hear(undefined);
  }

  protected override willUpdate(): void {
    if (this.isConnected) this.#hear(this.room);
  }

  #hear(room: RoomHandle | undefined): void {
    if (room === this.#from) return;
    this.#stop?.();
    this.#from = room;
    this.#fetched.clear();
    this.shown = undefined;
    this.trouble = "";
    // What was fetched is not kept true by the view.
    this.#stop = room?.on("edit", ({ target }) => {
      if (this.#fetched.delete(target)) this.requestUpdate();
    });
  }

  override render(): TemplateResult | typeof nothing {
    const view = this.room?.view();
    if (!view || view.status === "removed") return nothing;
    const pins = view.pins.filter((seq) => this.#fetched.get(seq) !== null).reverse();
    const [newest] = pins;
    const at = this.shown?.newest === newest ? Math.max(0, pins.indexOf(this.shown?.seq ?? 0)) : 0;
    return newest === undefined ? nothing : this.#bar(view, pins, at);
  }

  #bar({ messages, can }: RoomView, pins: readonly number[], at: number): TemplateResult {
    const words = this.#words;
    const count = pins.length;
    const [newest = 0] = pins;
    const seq = pins[at] ?? newest;
    const message = messageAt(messages, seq) ?? this.#fetch(seq);
    return html`<div class="bar edged" part="bar" role="group" aria-label=${words.term("pinned")}>
      ${pin}
      <button type="button" class="jump" part="jump" @click=${() => void this.#jump(seq)}>
        <bdi class="name">${message?.by.name ?? words.term("pinned")}</bdi>
        <span class="line" dir="auto">${message ? gist(message, words) : "…"}</span>
      </button>
      ${this.trouble ? html`<span class="trouble" role="alert">${this.trouble}</span>` : nothing}
      ${
        count > 1
          ? html`<button
              type="button"
              class="tool"
              part="next"
              aria-label="${words.term("nextPinned")} (${at + 1}/${count})"
              title=${words.term("nextPinned")}
              @click=${() => this.#choose({ seq: pins[at + 1] ?? newest, newest })}
            >
              ${words.count(at + 1)}/${words.count(count)}
            </button>`
          : nothing
      }
      ${
        can.has("pin")
          ? html`<button
              type="button"
              class="tool"
              part="unpin"
              aria-label=${words.term("unpin")}
              title=${words.term("unpin")}
              @click=${() => this.#unpin(seq)}
            >
              ${close}
            </button>`
          : nothing
      }
    </div>`;
  }

  #choose(shown: { seq: number; newest: number }): void {
    this.shown = shown;
    this.trouble = "";
  }

  #unpin(seq: number): void {
    this.room?.pin(seq, false).catch(() => (this.trouble = this.#words.term("notSaved")));
  }

  async #jump(seq: number): Promise<void> {
    this.trouble = "";
    if (!(await this.show(seq))) this.trouble = this.#words.term("notFound");
  }

  #fetch(seq: number): ViewMessage | undefined {
    const known = this.#fetched;
    if (!known.has(seq)) {
      known.set(seq, undefined);
      // Without a line it is asked for again when the room is drawn anew.
      this.room?.message(seq).then(
        (message) => known.has(seq) && this.#got(seq, message ?? null),
        () => known.delete(seq),
      );
    }
    return known.get(seq) ?? undefined;
  }

  #got(seq: number, message: ViewMessage | null): void {
    this.#fetched.set(seq, message);
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-pins": Pins;
  }
}
