import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { say } from "../announcer.ts";
import { Follow } from "../follow.ts";
import { arrowUp, check } from "../icons.ts";
import type { ChatError, ViewMessage } from "@natter/sdk";
import type { RoomHandle } from "../handles.ts";
import { mayEdit } from "../message/actions.ts";
import { PageClock } from "../page-clock.ts";
import { Localizer } from "../strings/localizer.ts";
import { refusal } from "../strings/refusal.ts";
import { composerStyles } from "./composer.styles.ts";
import { Composition, isForPage, meansSend } from "./enter-key.ts";
import { bringsFiles, fitInto, grow, replaceText } from "./field.ts";
import { counted, lineBelow, shut, taskLine } from "./hints.ts";
import { holdOf, type Hold } from "./hold.ts";
import { isWorthSaying, roomLeft } from "./length.ts";
import { nameField, type NameChoice } from "./naming.ts";
import { Suggestions } from "./suggestions.ts";
import { Pause } from "./pause.ts";
import { isSendable, passed, post } from "./post.ts";
import { NEW, type Task } from "./task.ts";
import { Writing } from "./writing.ts";

/**
 * Where the visitor writes. Enter sends and Shift+Enter breaks the line, but never while an input method is
 * composing. What is typed here does not reach the page's keyboard shortcuts.
 *
 * @slot actions - beside the send button
 *
 * @csspart form - the whole composer
 * @csspart field - the box around the text and the send button
 * @csspart input - the text
 * @csspart choices - the names or emoji that are offered
 * @csspart choice - one of them
 * @csspart avatar - the picture of one of these people
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
    userId: { attribute: false },
    naming: { attribute: false },
    placeholder: {},
    place: { attribute: false },
    asking: { state: true },
    trouble: { state: true },
  };

  static override styles = composerStyles;

  readonly #words = new Localizer(this);
  readonly #writing = new Writing();
  readonly #composition = new Composition();
  readonly #pause = new Pause();
  readonly #completer = new Suggestions(
    this,
    {
      words: this.#words,
      view: () => this.room?.view(),
      ownId: () => this.userId,
      replace: (from, to, text) => this.#replace(from, to, text),
    },
    () => this.#look(),
  );

  /** The room that is written to. */
  room?: RoomHandle;
  /** The visitor's own id: nobody is offered their own name. */
  userId?: string;
  /** How a guest gets a name. */
  naming?: NameChoice;
  /** Shown while nothing is written. */
  placeholder = "";
  /** Names the room among others, for keeping its draft. */
  place = "";

  private asking = false;
  private trouble = "";

  #hadFocus = false;
  #usedKey = "";

  constructor() {
    super();
    new Follow(this, () => this.room);
    new PageClock(this, () => (this.#hold() ? "second" : undefined));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#hadFocus = this.matches(":focus-within");
    if (changed.has("place") || changed.has("room")) this.#comeIn();
    if (this.#writing.endIfDeleted(this.#messages)) this.#tell(this.#words.term("deleted"));
  }

  protected override updated(): void {
    grow(this.#input);
    fitInto(this.parentElement, this.renderRoot.querySelector<HTMLElement>(".choices"));
    // What had the focus may be gone: a button, the name, or all of it with the right to write.
    if (this.#hadFocus && !this.matches(":focus-within")) this.focus();
  }

  #comeIn(): void {
    this.#writing.comeTo(this.place);
    this.asking = false;
    this.trouble = "";
    this.#completer.close();
  }

  get #messages(): readonly ViewMessage[] {
    return this.room?.view().messages ?? [];
  }

  /** Puts the cursor into the text. */
  override focus(options?: FocusOptions): void {
    const note = this.renderRoot.querySelector<HTMLElement>(".note");
    (this.#nameInput ?? this.#input ?? note)?.focus(options);
  }

  /** True while Escape leaves something here, before it leaves anything around. */
  get isBusy(): boolean {
    return this.#completer.isOpen || this.asking || this.#writing.task !== NEW;
  }

  /** Turns to something to write: a new message, an answer, or another text for a message. */
  begin(task: Task): void {
    this.#turn(task);
    if (task === NEW) return;
    void this.updateComplete.then(() => {
      const { length } = this.#writing.text;
      this.#input?.focus();
      this.#input?.setSelectionRange(length, length);
    });
  }

  #turn(task: Task): void {
    this.#writing.begin(task);
    this.trouble = "";
    this.#completer.close();
    this.requestUpdate();
  }

  #submit(): void {
    const hold = this.#hold();
    const { task } = this.#writing;
    if (!this.#isReady(hold)) return;
    if (task.kind === "edit") this.#save(task.message);
    else if (this.asking) void this.#submitName();
    else if (this.naming?.wanted) this.#askName();
    else {
      if (this.#post(this.#writing.text, task)) this.#finish();
      this.#input?.focus();
    }
  }

  #hold(): Hold | undefined {
    const view = this.room?.view();
    const now = Date.now();
    return view && holdOf(view, this.#pause.until(view, now), now);
  }

  #isReady(hold: Hold | undefined): boolean {
    const { task, text } = this.#writing;
    return (hold === undefined || task.kind === "edit") && isSendable(text);
  }

  #post(text: string, task: Task, room = this.room): boolean {
    const options = task.kind === "reply" ? { reply: task.message.seq } : {};
    const sent = room && post(this, room, text, options);
    sent?.catch((error: unknown) => this.#refused(error as ChatError));
    return sent !== undefined;
  }

  #refused({ code, retryAfter }: ChatError): void {
    if (code === "slow-mode") this.#pause.refused(retryAfter ?? 0, Date.now());
    this.requestUpdate();
  }

  #finish(): void {
    this.#write("");
    this.#turn(NEW);
  }

  #save(message: ViewMessage): void {
    const { text } = this.#writing;
    if (text.trim() !== message.text && !this.#change(message, text)) return;
    this.#turn(NEW);
    this.#input?.focus();
  }

  #change(message: ViewMessage, written: string): boolean {
    const { room } = this;
    const text = passed(this, written, { edit: message.seq });
    if (!room || text === undefined) return false;
    room.edit(message.seq, text).catch((error: unknown) => {
      if (room === this.room) this.#regret(message, text, error as ChatError);
    });
    return true;
  }

  // What was written is not lost with the refusal.
  #regret(message: ViewMessage, text: string, error: ChatError): void {
    this.#refused(error);
    if (this.#writing.task.kind !== "edit") this.begin({ kind: "edit", message, text });
    this.#tell(refusal(error, this.#words) ?? this.#words.term("notSaved"));
  }

  #tell(trouble: string): void {
    this.trouble = trouble;
    say(trouble);
  }

  #askName(): void {
    this.asking = true;
    void this.updateComplete.then(() => this.#nameInput?.focus());
  }

  async #submitName(): Promise<void> {
    const name = this.#nameInput?.value.trim() ?? "";
    const { room } = this;
    const { text, task } = this.#writing;
    this.asking = false;
    this.#finish();
    // A name the relay does not take is no reason to lose the message: it goes out under the guest's own.
    if (name !== "") await this.naming?.choose(name).catch(() => {});
    if (this.#post(text, task, room) || room !== this.room || this.#writing.text !== "") return;
    this.#write(text);
    this.begin(task);
  }

  #write(text: string): void {
    const before = roomLeft(this.#writing.text.trim());
    const left = roomLeft(text.trim());
    if (isWorthSaying(before, left)) say(counted(left, this.#words));
    this.#writing.write(text, !this.#composition.isOn);
    this.trouble = "";
    this.requestUpdate();
  }

  #replace(from: number, to: number, text: string): void {
    if (this.#input) replaceText(this.#input, from, to, text);
    this.#onInput();
  }

  readonly #onInput = (event?: InputEvent): void => {
    const { value = "", selectionEnd = 0 } = this.#input ?? {};
    this.#write(value);
    if (this.#writing.task.kind !== "edit") this.room?.typing(value !== "");
    this.#look();
    if (event?.inputType === "insertText") this.#completer.typed(value, selectionEnd);
  };

  readonly #look = (): void => {
    const input = this.#input;
    if (input?.matches(":focus"))
      this.#completer.look(input.value, input.selectionEnd, this.#composition.isOn);
  };

  readonly #onComposed = (): void => {
    this.#composition.onEnd();
    this.#onInput();
  };

  readonly #onBlur = (): void => this.#completer.close();

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const isOwn = this.#isOwnField(event.target);
    const isUsed = !this.#composition.takes(event) && this.#uses(event, isOwn);
    this.#usedKey = isUsed ? event.key : "";
    if (isUsed) event.preventDefault();
    if (isUsed || (isOwn && !isForPage(event))) event.stopPropagation();
  };

  readonly #onOtherKey = (event: KeyboardEvent): void => {
    const isOwn = this.#isOwnField(event.target);
    if (event.key === this.#usedKey || (isOwn && !isForPage(event))) event.stopPropagation();
    this.#look();
  };

  // A page's own buttons beside the text, and the button that ends a task, keep their keys.
  #isOwnField(target: EventTarget | null): boolean {
    return target !== null && (target === this.#input || target === this.#nameInput);
  }

  #uses(event: KeyboardEvent, isOwn: boolean): boolean {
    if (this.#completer.takes(event)) return true;
    if (event.key === "Escape") return this.#leave();
    if (!isOwn || !meansSend(event)) return event.key === "ArrowUp" && this.#editLast(event);
    this.#submit();
    return true;
  }

  #leave(): boolean {
    if (!this.isBusy) return false;
    if (this.asking) this.asking = false;
    else this.#turn(NEW);
    return true;
  }

  #editLast({ target, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
    const { task, text } = this.#writing;
    const isFree = target === this.#input && task === NEW && text === "";
    if (!isFree || altKey || ctrlKey || metaKey || shiftKey) return false;
    const view = this.room?.view();
    const message = view?.messages.findLast((one) => mayEdit(view.can, one));
    if (message) this.begin({ kind: "edit", message });
    return message !== undefined;
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    // Left open, a composition would write its last syllable again into the empty field.
    if (this.#composition.isOn) this.#input?.blur();
    this.#submit();
  };

  readonly #onFiles = (event: ClipboardEvent | DragEvent): void => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    if (event.type !== "dragover") this.#tell(this.#words.term("noFiles"));
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
    const words = this.#words;
    const { task, text } = this.#writing;
    const about = this.#writing.about(this.#messages);
    const below = lineBelow(this.trouble, hold, roomLeft(text.trim()), words);
    return html`<form
      part="form"
      novalidate
      @submit=${this.#onSubmit}
      @keydown=${this.#onKeydown}
      @keyup=${this.#onOtherKey}
      @keypress=${this.#onOtherKey}
      @compositionstart=${this.#composition.onStart}
      @compositionend=${this.#onComposed}
      @paste=${this.#onFiles}
      @dragover=${this.#onFiles}
      @drop=${this.#onFiles}
    >
      ${taskLine(task.kind, about, words, () => this.#turn(NEW))}
      ${this.asking ? nameField(this.naming, words) : nothing}
      <div class="field" part="field">
        ${this.#completer.render()}
        <textarea
          part="input"
          rows="1"
          dir="auto"
          enterkeyhint="send"
          autocapitalize="sentences"
          aria-label=${words.term("write")}
          aria-describedby=${below === nothing ? nothing : "below"}
          aria-autocomplete="list"
          aria-controls=${this.#completer.isOpen ? "choices" : nothing}
          aria-activedescendant=${this.#completer.active ?? nothing}
          placeholder=${this.placeholder || words.term("placeholder")}
          .value=${text}
          @input=${this.#onInput}
          @click=${this.#look}
          @focus=${this.#composition.onFocus}
          @blur=${this.#onBlur}
        ></textarea>
        <slot name="actions"></slot>
        ${this.#sendButton(hold)}
      </div>
      ${below}
    </form>`;
  }

  #sendButton(hold: Hold | undefined): TemplateResult {
    const ready = this.#isReady(hold);
    // Pressing it must not take the focus from the text: on a phone that would close the keyboard.
    return html`<button
      type="submit"
      class="send"
      part="send"
      aria-label=${this.#words.term(this.#writing.task.kind === "edit" ? "save" : "send")}
      aria-disabled=${ready ? "false" : "true"}
      @pointerdown=${(event: Event) => event.preventDefault()}
    >
      ${this.#writing.task.kind === "edit" ? check : arrowUp}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-composer": Composer;
  }
}
