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
    // An element that was defined a moment ago is given its room with its first update.
    await this.updateComplete;
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
    const isRoom = subject === "room";
    const label = this.#words.term("close");
    return html`<dialog
      part="dialog"
      aria-labelledby="title"
      @close=${() => (this.subject = undefined)}
      @click=${this.#onClick}
      @keydown=${stop}
      @keyup=${stop}
      @keypress=${stop}
    >
      <div class="head">
        ${isRoom ? nothing : avatar(subject)}
        <h2 id="title"><bdi>${isRoom ? this.#words.term("roomSettings") : subject.name}</bdi></h2>
        <button type="button" class="close" aria-label=${label} @click=${() => this.#dialog?.close()}>
          ${close}
        </button>
      </div>
      ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
      ${isRoom ? this.#ofRoom(view) : this.#ofPerson(subject, view)}
    </dialog>`;
  }

  #ofPerson({ id }: Exclude<Subject, "room">, { can }: RoomView): TemplateResult {
    const words = this.#words;
    const ways = (["mute", "kick", "ban"] as const).filter((action) => can.has(action));
    return html`${this.#list(
        this.restricted.filter(({ user }) => user === id),
        can,
      )}
      ${mayRestrict(can) ? this.#choice("for", "forHowLong", LENGTHS, 3600, "forGood") : nothing}
      <label>
        ${words.term("reason")}
        <input name="reason" dir="auto" autocomplete="off" maxlength=${REASON_LENGTH} />
      </label>
      <div class="ways">
        ${ways.map(
          (action) =>
            html`<button type="button" class=${action} @click=${() => this.#act(action, id)}>
              ${words.term(action)}
            </button>`,
        )}
      </div>`;
  }

  #ofRoom({ can }: RoomView): TemplateResult {
    const words = this.#words;
    const { title = "", slowMode = 0, locked = false } = this.#before;
    const settings = html`<label>
        ${words.term("title")}
        <input name="title" dir="auto" autocomplete="off" maxlength=${TITLE_LENGTH} .value=${title} />
      </label>
      ${this.#choice("slowMode", "slow", PAUSES, slowMode, "off")}
      <label class="check">
        <input type="checkbox" name="locked" .checked=${locked} />${words.term("lock")}
      </label>
      <div class="ways">
        <button type="button" class="main" @click=${() => this.#save()}>${words.term("save")}</button>
      </div>`;
    const people = html`<h3>${words.term("restricted")}</h3>
      ${
        this.restricted.length === 0
          ? html`<p>${words.term("nobodyRestricted")}</p>`
          : this.#list(this.restricted, can)
      }`;
    return html`${can.has("configure") ? settings : nothing}${mayRestrict(can) ? people : nothing}`;
  }

  #list(people: readonly RestrictedUser[], can: RoomView["can"]): TemplateResult {
    return html`<ul role="list">
      ${people.map((one) =>
        restrictedLine(
          one,
          can,
          this.#words,
          (action) => void this.#run(this.room?.moderate(action, one.user), true),
        ),
      )}
    </ul>`;
  }

  #choice(
    name: string,
    label: "forHowLong" | "slow",
    seconds: readonly number[],
    chosen: number,
    none: "forGood" | "off",
  ): TemplateResult {
    const words = this.#words;
    // What a room is set to elsewhere may be none of ours, and stays what it is.
    const all = seconds.includes(chosen) ? seconds : [...seconds, chosen];
    return html`<label>
      ${words.term(label)}
      <select name=${name}>
        ${all.map(
          (each) =>
            html`<option value=${each} ?selected=${each === chosen}>
              ${each === 0 ? words.term(none) : duration(each, words.lang())}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #said(name: string): string {
    return this.renderRoot.querySelector<HTMLInputElement>(`[name=${name}]`)?.value.trim() ?? "";
  }

  #act(action: ModerationAction, user: string): void {
    const seconds = action === "kick" ? 0 : Number(this.#said("for"));
    const reason = this.#said("reason");
    void this.#run(
      this.room?.moderate(action, user, { ...(seconds > 0 && { for: seconds }), ...(reason && { reason }) }),
    );
  }

  // Only what was changed: another moderator may have changed the rest meanwhile.
  #save(): void {
    const { title: oldTitle = "", slowMode: oldPause = 0, locked: wasLocked = false } = this.#before;
    const title = this.#said("title");
    const slowMode = Number(this.#said("slowMode"));
    const locked = this.renderRoot.querySelector("[name=locked]:checked") !== null;
    void this.#run(
      this.room?.configure({
        ...(title !== oldTitle && { title }),
        ...(slowMode !== oldPause && { slowMode }),
        ...(locked !== wasLocked && { locked }),
      }),
    );
  }

  // What is around the window is the window's too, as far as events go.
  readonly #onClick = (event: MouseEvent): void => {
    if (event.target === this.#dialog) this.#dialog?.close();
  };
}

function stop(event: Event): void {
  event.stopPropagation();
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-moderation": Moderation;
  }
}
