import { html, nothing, type ReactiveControllerHost, type TemplateResult } from "lit";
import type { RoomView } from "@natter/sdk";
import type { Person } from "@natter/sdk/protocol";
import { say } from "../announcer.ts";
import { avatar } from "../message/avatar.ts";
import type { Localizer } from "../strings/localizer.ts";
import { callable, emojiAt, offerAt, type Offer } from "./offer.ts";

export { completerStyles as styles } from "./completer.styles.ts";

/** What a completer needs of the field it belongs to. */
export interface Completed {
  words: Localizer;
  /** The room whose people can be called, and who does not call themselves. */
  view(): RoomView | undefined;
  ownId(): string | undefined;
  /** Writes `text` in the place of what stands from `from` to `to`. */
  replace(from: number, to: number, text: string): void;
}

/**
 * Offers names and emoji above the field while one is begun in it. Arrow keys choose, Enter and Tab take, Escape
 * puts the list away until something else is begun. The focus stays in the field: assistive technology is told of
 * the choice by `aria-activedescendant`.
 */
export class Completer {
  readonly #host: ReactiveControllerHost;
  readonly #field: Completed;
  #offer: Offer | undefined;
  #active = 0;
  /** Where an offer began that was declined or taken. */
  #done: number | undefined;

  constructor(host: ReactiveControllerHost, field: Completed) {
    this.#host = host;
    this.#field = field;
  }

  get isOpen(): boolean {
    return this.#offer !== undefined;
  }

  /** The id of the choice that Enter takes, for `aria-activedescendant`. */
  get active(): string | undefined {
    return this.#offer && idOf(this.#active);
  }

  /**
   * Looks at what stands before the caret: on every change of either. A composition may narrow an offer down, as
   * each syllable of Hangul does, but nothing opens in it: the input method has a list of its own.
   */
  look(text: string, caret: number, isComposing: boolean): void {
    const offer = isComposing && !this.isOpen ? undefined : offerAt(text, caret, () => this.#people());
    if (offer?.from !== this.#done) this.#done = undefined;
    this.#show(this.#done === undefined ? offer : undefined);
  }

  /** A sign was typed: the name of an emoji that it closes gives way to the emoji. */
  typed(text: string, caret: number): void {
    const found = emojiAt(text, caret);
    if (found) this.#field.replace(found.from, caret, found.emoji);
  }

  close(): void {
    this.#show(undefined);
  }

  /** True if the key was for the list. */
  takes({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
    const offer = this.#offer;
    if (!offer || altKey || ctrlKey || metaKey || shiftKey) return false;
    const { length } = offer.choices;
    if (key === "ArrowDown") this.#point((this.#active + 1) % length);
    else if (key === "ArrowUp") this.#point((this.#active + length - 1) % length);
    else if (key === "Enter" || key === "Tab") this.#take(this.#active);
    else if (key === "Escape") this.#finish(offer);
    else return false;
    return true;
  }

  #show(offer: Offer | undefined): void {
    const before = this.#offer;
    if (offer === before) return;
    const isSame = offer?.from === before?.from && offer?.to === before?.to;
    this.#offer = offer;
    this.#point(isSame ? Math.min(this.#active, (offer?.choices.length ?? 1) - 1) : 0);
    if (offer && !before) say(this.#label(offer));
  }

  #point(at: number): void {
    this.#active = at;
    this.#host.requestUpdate();
  }

  #take(at: number): void {
    const offer = this.#offer;
    const choice = offer?.choices[at];
    if (!choice) return;
    this.#finish(offer);
    this.#field.replace(offer.from, offer.to, choice.text);
  }

  #finish({ from }: Offer): void {
    this.#done = from;
    this.close();
  }

  #people(): Iterable<Person> {
    const view = this.#field.view();
    return view ? callable(view, this.#field.ownId()) : [];
  }

  #label({ choices }: Offer): string {
    return this.#field.words.term("suggestions", choices.length);
  }

  render(): TemplateResult | typeof nothing {
    const offer = this.#offer;
    if (!offer) return nothing;
    // Pressing one must not take the focus from the text.
    return html`<ul
      class="choices"
      part="choices"
      id="choices"
      role="listbox"
      aria-label=${this.#label(offer)}
      @pointerdown=${(event: Event) => event.preventDefault()}
    >
      ${offer.choices.map(
        ({ label, face }, at) =>
          html`<li
            part="choice"
            id=${idOf(at)}
            role="option"
            aria-selected=${at === this.#active ? "true" : "false"}
            @click=${() => this.#take(at)}
          >
            ${typeof face === "string" ? html`<span class="emoji">${face}</span>` : avatar(face, 1)}
            <bdi>${label}</bdi>
          </li>`,
      )}
    </ul>`;
  }
}

function idOf(at: number): string {
  return `choice-${at}`;
}
