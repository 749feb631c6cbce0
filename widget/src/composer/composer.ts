import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { Follow } from "../follow.ts";
import { arrowUp, check } from "../icons.ts";
import { Keepsake } from "../keepsake.ts";
import type { ChatError, ViewMessage } from "@natter/sdk";
import type { RoomHandle } from "../handles.ts";
import { mayEdit } from "../message/actions.ts";
import { PageClock } from "../page-clock.ts";
import { Localizer } from "../strings/localizer.ts";
import { refusal } from "../strings/refusal.ts";
import { composerStyles } from "./composer.styles.ts";
import { Composition } from "./enter-key.ts";
import { lineBelow, shut, taskLine } from "./hints.ts";
import { holdOf, type Hold } from "./hold.ts";
import { roomLeft } from "./length.ts";
import { isSendable, post } from "./post.ts";
import { NEW, TaskEvent, type Task } from "./task.ts";

/** Lets a guest choose the name others see. Missing where the name comes from the page. */
export interface NameChoice {
  /** True until a name was chosen on this device. */
  wanted: boolean;
  /** The name the guest bears until then. */
  current: string | undefined;
  choose(name: string): Promise<unknown>;
}

/**
 * Where the visitor writes. Enter sends and Shift+Enter breaks the line, but never while an input method is
 * composing. What is typed here does not reach the page's keyboard shortcuts.
 *
 * @slot actions - beside the send button
 *
 * @csspart form - the whole composer
 * @csspart field - the box around the text and the send button
 * @csspart input - the text
 * @csspart send - the send button
 * @csspart name-field - the box around the name, while it is asked for
 * @csspart name-input - the name
 * @csspart task - what is answered or changed
 * @csspart cancel - gives that up
 * @csspart trouble - what went wrong
 * @csspart counter - how many characters are left
 * @csspart pause - how long slow mode makes one wait
 * @csspart note - why nothing can be written here
 */
export class Composer extends LitElement {
  static override properties = {
    room: { attribute: false },
    naming: { attribute: false },
    task: { attribute: false },
    placeholder: {},
    place: { attribute: false },
    text: { state: true },
    asking: { state: true },
    trouble: { state: true },
  };

  static override styles = composerStyles;

  readonly #words = new Localizer(this);
  readonly #composition = new Composition();

  /** The room that is written to. */
  room?: RoomHandle;
  /** How a guest gets a name. */
  naming?: NameChoice;
  /** What is written just now: a new message, an answer, or another text for a message. */
  task: Task = NEW;
  /** Shown while nothing is written. */
  placeholder = "";
  /** Names the room among others, for keeping its draft. */
  place = "";

  private text = "";
  private asking = false;
  private trouble = "";

  #draft = draftOf("");

  constructor() {
    super();
    new Follow(this, () => this.room);
    new PageClock(this, () => (this.#hold() ? "second" : undefined));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("place")) this.#takeUp(draftOf(this.place));
    if (!changed.has("task")) return;
    // The draft waits while another text is worked on.
    if (this.task.kind === "edit") this.text = this.task.message.text;
    else if (changed.get("task")?.kind === "edit") this.text = this.#draft.load();
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.#grow();
    if (changed.has("task") && this.task !== NEW) this.#toTheEnd();
  }

  #takeUp(draft: Keepsake): void {
    this.#draft = draft;
    this.text = draft.load();
    this.asking = false;
  }

  #toTheEnd(): void {
    this.#input?.focus();
    this.#input?.setSelectionRange(this.text.length, this.text.length);
  }

  /** Puts the cursor into the text. */
  override focus(options?: FocusOptions): void {
    (this.#nameInput ?? this.#input)?.focus(options);
  }

  #post(text: string, options: { reply?: number }): boolean {
    return this.room !== undefined && post(this, this.room, text, options) !== undefined;
  }

  #submit(): void {
    if (!this.#isReady(this.#hold())) return;
    if (this.task.kind === "edit") return this.#save(this.task.message);
    if (this.naming?.wanted && !this.asking) return this.#askName();
    if (this.asking) return void this.#submitName();
    if (this.#post(this.text, this.#options())) this.#finish();
    this.#input?.focus();
  }

  #hold(): Hold | undefined {
    const view = this.room?.view();
    return view && holdOf(view, Date.now());
  }

  #isReady(hold: Hold | undefined): boolean {
    return (hold === undefined || this.task.kind === "edit") && isSendable(this.text);
  }

  #options(): { reply?: number } {
    return this.task.kind === "reply" ? { reply: this.task.message.seq } : {};
  }

  #finish(): void {
    this.#write("");
    this.#begin(NEW);
  }

  #begin(task: Task): void {
    if (task !== this.task) this.dispatchEvent(new TaskEvent(task));
  }

  #save(message: ViewMessage): void {
    const text = this.text.trim();
    if (text !== message.text)
      this.room?.edit(message.seq, text).catch((error: unknown) => this.#regret(error as ChatError));
    this.#begin(NEW);
    this.#input?.focus();
  }

  // What was written is not lost with the refusal: it can be copied, or sent as a message of its own.
  #regret(error: ChatError): void {
    this.trouble = refusal(error, this.#words) ?? this.#words.term("notSaved");
  }

  #askName(): void {
    this.asking = true;
    void this.updateComplete.then(() => this.#nameInput?.focus());
  }

  async #submitName(): Promise<void> {
    const name = this.#nameInput?.value.trim() ?? "";
    const { text } = this;
    const options = this.#options();
    this.asking = false;
    this.#finish();
    void this.updateComplete.then(() => this.#input?.focus());
    // A name the relay does not take is no reason to lose the message: it goes out under the guest's own.
    if (name !== "") await this.naming?.choose(name).catch(() => {});
    if (!this.#post(text, options) && this.text === "") this.#write(text);
  }

  #write(text: string): void {
    this.text = text;
    this.trouble = "";
    if (this.task.kind !== "edit") this.#draft.save(text);
  }

  // Browsers without `field-sizing` need to be told the height of what was written.
  #grow(): void {
    const input = this.#input;
    if (!input || CSS.supports("field-sizing", "content")) return;
    input.style.setProperty("block-size", "auto");
    input.style.setProperty("block-size", `${input.scrollHeight}px`);
  }

  readonly #onInput = (): void => {
    this.#write(this.#input?.value ?? "");
    if (this.task.kind !== "edit") this.room?.typing(this.text !== "");
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (this.#composition.meansSend(event)) this.#submit();
    else if (event.key === "Escape" && this.task !== NEW) this.#begin(NEW);
    else if (event.key === "ArrowUp" && this.text === "") this.#editLast();
    else return;
    event.preventDefault();
  };

  #editLast(): void {
    const view = this.room?.view();
    const message = view?.messages.findLast((one) => mayEdit(view.can, one));
    if (message) this.#begin({ kind: "edit", message });
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    this.#submit();
  };

  get #input(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector<HTMLTextAreaElement>("textarea");
  }

  get #nameInput(): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>(".name-input");
  }

  override render(): TemplateResult {
    const hold = this.#hold();
    return shut(hold, this.#words) ?? this.#form(hold);
  }

  #form(hold: Hold | undefined): TemplateResult {
    return html`<form
      part="form"
      novalidate
      @submit=${this.#onSubmit}
      @keydown=${this.#onKeydown}
      @keyup=${stop}
      @keypress=${stop}
      @compositionstart=${this.#composition.onStart}
      @compositionend=${this.#composition.onEnd}
    >
      ${taskLine(this.task, this.#words, () => this.#begin(NEW))} ${this.asking ? this.#nameField() : nothing}
      <div class="field" part="field">
        <textarea
          part="input"
          rows="1"
          dir="auto"
          enterkeyhint="send"
          autocapitalize="sentences"
          aria-label=${this.#words.term("write")}
          placeholder=${this.placeholder || this.#words.term("placeholder")}
          .value=${this.text}
          @input=${this.#onInput}
        ></textarea>
        <slot name="actions"></slot>
        ${this.#sendButton(hold)}
      </div>
      ${lineBelow(this.trouble, hold, roomLeft(this.text.trim()), this.#words)}
    </form>`;
  }

  #nameField(): TemplateResult {
    const words = this.#words;
    return html`<label class="name" part="name-field">
      <span>${words.term("namePrompt")}</span>
      <input
        class="name-input"
        part="name-input"
        type="text"
        dir="auto"
        maxlength="60"
        autocomplete="nickname"
        enterkeyhint="send"
        placeholder=${this.naming?.current ?? words.term("yourName")}
      />
    </label>`;
  }

  #sendButton(hold: Hold | undefined): TemplateResult {
    const ready = this.#isReady(hold);
    // Pressing it must not take the focus from the text: on a phone that would close the keyboard.
    return html`<button
      type="submit"
      class="send"
      part="send"
      aria-label=${this.#words.term(this.task.kind === "edit" ? "save" : "send")}
      aria-disabled=${ready ? "false" : "true"}
      @pointerdown=${(event: Event) => event.preventDefault()}
    >
      ${this.task.kind === "edit" ? check : arrowUp}
    </button>`;
  }
}

// What was written and not sent; gone with the tab.
function draftOf(place: string): Keepsake {
  return new Keepsake("tab", `draft:${place}`);
}

function stop(event: Event): void {
  event.stopPropagation();
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-composer": Composer;
  }
}
