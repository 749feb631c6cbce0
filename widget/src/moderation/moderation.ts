import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { ChatError, RoomView } from "@natter/sdk";
import type { ModerationAction, RestrictedUser, Settings } from "@natter/sdk/protocol";
import { Follow } from "../follow.ts";
import type { RoomHandle } from "../handles.ts";
import { close } from "../icons.ts";
import { avatar } from "../message/avatar.ts";
import { duration } from "../strings/formats.ts";
import { Localizer } from "../strings/localizer.ts";
import { refusal } from "../strings/refusal.ts";
import { moderationStyles } from "./moderation.styles.ts";
import { restrictedLine } from "./restricted.ts";
import { mayRestrict, type Subject } from "./subject.ts";

/** How long a mute or ban can be, in seconds; 0 is for good. */
const LENGTHS = [600, 3600, 86_400, 604_800, 0];
/** The pauses of slow mode, in seconds; 0 is none. */
const PAUSES = [0, 5, 10, 30, 60, 300];
/** What the relay takes, in characters. */
const REASON_LENGTH = 500;
const TITLE_LENGTH = 200;

/**
 * What a moderator can do about somebody, or about the room, in a window of its own; `show` opens it. Shows nothing
 * that the token does not allow, and the relay decides anyway.
 *
 * @csspart dialog - the window
 */
export class Moderation extends LitElement {
  static override properties = {
    room: { attribute: false },
    subject: { state: true },
    restricted: { state: true },
    trouble: { state: true },
  };

  static override styles = moderationStyles;

  readonly #words = new Localizer(this);

  /** The room that is kept in order. */
  room?: RoomHandle;

  private subject: Subject | undefined;
  /** What the room was set to when the window opened: what others change meanwhile is not taken back. */
  #before: Settings = {};
  private restricted: readonly RestrictedUser[] = [];
  private trouble = "";

  constructor() {
    super();
    new Follow(this, () => this.room);
  }

  /** Opens the window for somebody, or for the room. */
  async show(subject: Subject): Promise<void> {
    this.subject = subject;
    this.#before = this.room?.view().settings ?? {};
    this.restricted = [];
    this.trouble = "";
    void this.#look();
    await this.updateComplete;
    this.#dialog?.showModal();
  }

  async #look(): Promise<void> {
    // Who cannot be told who is restricted can still do everything else.
    if (this.room && mayRestrict(this.room.view().can))
      this.restricted = await this.room.restrictions().catch(() => []);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  async #run(work: Promise<unknown> | undefined, stays = false): Promise<void> {
    this.trouble = "";
    try {
      await work;
      if (stays) await this.#look();
      else this.#dialog?.close();
    } catch (error) {
      this.trouble = refusal(error as ChatError, this.#words) ?? this.#words.term("notSaved");
    }
  }

  override render(): TemplateResult | typeof nothing {
    const { subject } = this;
    const view = this.room?.view();
    if (!subject || !view) return nothing;
    return html`<dialog
      part="dialog"
      aria-labelledby="title"
      @close=${() => (this.subject = undefined)}
      @click=${this.#onClick}
      @keydown=${stop}
      @keyup=${stop}
      @keypress=${stop}
    >
      ${subject === "room" ? this.#ofRoom(view) : this.#ofPerson(subject, view)}
    </dialog>`;
  }

  #head(title: string, face: unknown = nothing): TemplateResult {
    const label = this.#words.term("close");
    return html`<div class="head">
      ${face}
      <h2 id="title"><bdi>${title}</bdi></h2>
      <button type="button" class="close" aria-label=${label} @click=${() => this.#dialog?.close()}>
        ${close}
      </button>
    </div>`;
  }

  #ofPerson(person: Exclude<Subject, "room">, { can }: RoomView): TemplateResult {
    const words = this.#words;
    const { mute, ban } = this.restricted.find(({ user }) => user === person.id) ?? {};
    const way = (action: ModerationAction, grave = ""): TemplateResult =>
      html`<button type="submit" class=${grave} value=${action}>${words.term(action)}</button>`;
    return html`<form @submit=${(event: SubmitEvent) => this.#onAct(event, person.id)}>
      ${this.#head(person.name, avatar(person))}
      ${mayRestrict(can) ? this.#choice("for", words.term("forHowLong"), LENGTHS, 3600, words.term("forGood")) : nothing}
      <label>
        ${words.term("reason")}
        <input name="reason" dir="auto" autocomplete="off" maxlength=${REASON_LENGTH} />
      </label>
      ${this.#trouble()}
      <div class="ways">
        ${can.has("mute") ? [way("mute"), mute ? way("unmute") : nothing] : nothing}
        ${can.has("kick") ? way("kick") : nothing}
        ${can.has("ban") ? [way("ban", "grave"), ban ? way("unban") : nothing] : nothing}
      </div>
    </form>`;
  }

  #ofRoom({ can }: RoomView): TemplateResult {
    const words = this.#words;
    const settings = this.#before;
    return html`${this.#head(words.term("roomSettings"))}
    ${
      can.has("configure")
        ? html`<form @submit=${this.#onSave}>
            <label>
              ${words.term("title")}
              <input
                name="title"
                dir="auto"
                autocomplete="off"
                maxlength=${TITLE_LENGTH}
                .value=${settings.title ?? ""}
              />
            </label>
            ${this.#choice("slowMode", words.term("slow"), PAUSES, settings.slowMode ?? 0, words.term("off"))}
            <label class="check">
              <input
                type="checkbox"
                name="locked"
                .checked=${settings.locked ?? false}
              />${words.term("lock")}
            </label>
            ${this.#trouble()}
            <div class="ways"><button type="submit" class="main">${words.term("save")}</button></div>
          </form>`
        : nothing
    }
    ${
      mayRestrict(can)
        ? html`<hr />
            <h3>${words.term("restricted")}</h3>
            ${can.has("configure") ? nothing : this.#trouble()}
            ${
              this.restricted.length === 0
                ? html`<p>${words.term("nobodyRestricted")}</p>`
                : html`<ul role="list">
                    ${this.restricted.map((one) =>
                      restrictedLine(
                        one,
                        can,
                        words,
                        (action) => void this.#run(this.room?.moderate(action, one.user), true),
                      ),
                    )}
                  </ul>`
            }`
        : nothing
    }`;
  }

  #choice(
    name: string,
    label: string,
    seconds: readonly number[],
    chosen: number,
    none: string,
  ): TemplateResult {
    // What a room is set to elsewhere may be none of ours, and stays what it is.
    const all = seconds.includes(chosen) ? seconds : [...seconds, chosen];
    return html`<label>
      ${label}
      <select name=${name}>
        ${all.map(
          (each) =>
            html`<option value=${each} ?selected=${each === chosen}>
              ${each === 0 ? none : duration(each, this.#words.lang())}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #trouble(): TemplateResult | typeof nothing {
    return this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing;
  }

  #onAct(event: SubmitEvent, user: string): void {
    const said = answers(event);
    const action = (event.submitter as HTMLButtonElement).value as ModerationAction;
    const seconds = Number(said["for"]);
    const takesTime = action === "mute" || action === "ban";
    const reason = said["reason"]?.trim();
    void this.#run(
      this.room?.moderate(action, user, {
        ...(takesTime && seconds > 0 && { for: seconds }),
        ...(reason && { reason }),
      }),
    );
  }

  readonly #onSave = (event: SubmitEvent): void => {
    const before = this.#before;
    const said = answers(event);
    const title = said["title"]?.trim() ?? "";
    const slowMode = Number(said["slowMode"]);
    const locked = "locked" in said;
    void this.#run(
      this.room?.configure({
        ...(title !== (before.title ?? "") && { title }),
        ...(slowMode !== (before.slowMode ?? 0) && { slowMode }),
        ...(locked !== (before.locked ?? false) && { locked }),
      }),
    );
  };

  // What is around the window is the window's too, as far as events go.
  readonly #onClick = (event: MouseEvent): void => {
    if (event.target === this.#dialog) this.#dialog?.close();
  };
}

function answers(event: SubmitEvent): Record<string, string> {
  event.preventDefault();
  return Object.fromEntries(new FormData(event.target as HTMLFormElement)) as Record<string, string>;
}

function stop(event: Event): void {
  event.stopPropagation();
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-moderation": Moderation;
  }
}
