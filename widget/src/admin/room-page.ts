import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { AnswerOf, ModerationAction } from "@natter/sdk/protocol";
import { AdminPage, onSubmit } from "./admin-page.ts";
import { asking, closeDialog, showDialog, type Question } from "./ask.ts";
import { pager } from "./pager.ts";
import { addressOf, ALL_OF_IT } from "./route.ts";
import { LENGTHS, moment, PAUSES, restrictionWords, userLink } from "./words.ts";

const EVERY_MS = 5000;
const MESSAGES = 50;
const MEMBERS = 100;
const REASON_LENGTH = 500;
const TITLE_LENGTH = 200;

/** All that a page of a room shows. */
interface RoomFacts {
  about: AnswerOf<"readRoom">;
  messages: AnswerOf<"listMessages">;
  members: AnswerOf<"listMembers">;
  restrictions: AnswerOf<"readRestrictions">["restrictions"];
}

type Message = AnswerOf<"listMessages">["messages"][number];
interface Person {
  id: string;
  name: string;
}

const DONE: Record<"kick" | "mute" | "ban", string> = { kick: "Kicked", mute: "Muted", ban: "Banned" };

/** One room: what was said, who is there, who may not be, and what can be done about it. */
export class RoomPage extends AdminPage {
  static override properties = {
    room: { attribute: false },
    question: { state: true },
    person: { state: true },
  };

  room = "";
  protected question: Question | undefined;
  /** Who is being acted on. */
  protected person: Person | undefined;
  /** Where the page of messages ends, and the one of members begins; the newest and the first without. */
  #before: number | undefined;
  #after: string[] = [];

  readonly #facts = this.loads(EVERY_MS, () => this.#ask());

  async #ask(): Promise<RoomFacts> {
    const { api } = this.session;
    const after = this.#after.at(-1);
    const [about, messages, members, { restrictions }] = await Promise.all([
      api.room(this.room),
      api.messages(this.room, {
        limit: MESSAGES,
        ...(this.#before !== undefined && { before: this.#before }),
      }),
      api.members(this.room, { limit: MEMBERS, ...(after !== undefined && { after }) }),
      api.restrictions(this.room),
    ]);
    return { about, messages, members, restrictions };
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("room") || !this.hasUpdated) return;
    this.#before = undefined;
    this.#after = [];
    this.said = this.trouble = "";
    void this.#facts.anew();
  }

  override updated(): void {
    if (this.question || this.person) showDialog(this.renderRoot);
  }

  override render(): TemplateResult {
    const { value } = this.#facts;
    const isAsking = this.question !== undefined || this.person !== undefined;
    return html`<div class="page">
      <div class="head">
        <h1 tabindex="-1"><bdi>${this.room}</bdi></h1>
        ${value ? this.#headline(value) : nothing}
      </div>
      ${isAsking ? nothing : this.news(this.#facts)}
      ${
        value
          ? html`<div class="columns">
              ${this.#messages(value)}
              <div class="page">
                ${this.#settings(value)} ${this.#restricted(value)} ${this.#members(value)} ${this.#end()}
              </div>
            </div>`
          : this.#facts.load.kind === "loading"
            ? html`<p class="quiet">Loading …</p>`
            : nothing
      }
      ${asking(this.question, {
        trouble: this.trouble,
        isBusy: this.isBusy,
        onClose: () => (this.question = undefined),
      })}
      ${this.#personDialog()}
    </div>`;
  }

  #headline({ about: { settings, count, seq } }: RoomFacts): TemplateResult {
    const { room } = this;
    const { title, locked } = settings;
    const page = `/r/${encodeURIComponent(room)}?app=${encodeURIComponent(this.session.facts.app)}`;
    return html`${title === undefined ? nothing : html`<p><bdi>${title}</bdi></p>`}
      <p class="row">
        <span class="tag number ${count > 0 ? "live" : ""}">${count} here</span>
        ${locked === true ? html`<span class="tag">locked</span>` : nothing}
        <span class="quiet">${seq} events</span>
        <a href=${addressOf({ page: "audit", filter: { ...ALL_OF_IT, room } })}>Audit of this room</a>
        <a href=${page} target="_blank" rel="noopener noreferrer">Its page</a>
      </p>`;
  }

  #messages({ messages: { messages, more } }: RoomFacts): TemplateResult {
    const oldest = messages[0]?.seq;
    return html`<section aria-labelledby="messages">
      <h2 id="messages">${this.#before === undefined ? "Newest messages" : "Earlier messages"}</h2>
      ${
        messages.length === 0
          ? html`<p class="quiet">Nothing was said here yet.</p>`
          : html`<ol class="list" reversed>
              ${messages.toReversed().map((message) => this.#message(message))}
            </ol>`
      }
      ${pager(
        { word: "Newest", turn: this.#before === undefined ? undefined : () => this.#turn(undefined) },
        { word: "Earlier", turn: more && oldest !== undefined ? () => this.#turn(oldest) : undefined },
      )}
    </section>`;
  }

  #message(message: Message): TemplateResult {
    const { seq, at, by, text, editedAt, deletedAt, removed, pinned = false } = message;
    const which = `message ${seq} by ${by.name}`;
    return html`<li>
      <div class="what">
        ${userLink(by.id, by.name)} ${moment(at)}
        ${editedAt === undefined ? nothing : html`<span class="quiet">edited</span>`}
        ${pinned ? html`<span class="tag">pinned</span>` : nothing}
        ${
          deletedAt === undefined
            ? html`<p class="text" dir="auto">${text}</p>`
            : html`<p class="quiet">
                Deleted${removed ? " by a moderator" : ""}${
                  removed?.reason === undefined ? "" : html`: <q dir="auto">${removed.reason}</q>`
                }
              </p>`
        }
      </div>
      <div class="tools">
        ${
          deletedAt === undefined
            ? html`<button
                  type="button"
                  class="small"
                  aria-label="${pinned ? "Unpin" : "Pin"} ${which}"
                  @click=${() => void this.#pin(message)}
                >
                  ${pinned ? "Unpin" : "Pin"}
                </button>
                <button
                  type="button"
                  class="small"
                  aria-label="Delete ${which}"
                  @click=${() => this.#askToDelete(message)}
                >
                  Delete
                </button>`
            : nothing
        }
        <button
          type="button"
          class="small"
          aria-label="Act on ${by.name}, who wrote message ${seq}"
          @click=${() => this.#actOn(by)}
        >
          Act …
        </button>
      </div>
    </li>`;
  }

  #settings({ about: { settings } }: RoomFacts): TemplateResult {
    const { title = "", slowMode = 0, locked = false } = settings;
    const pauses = PAUSES.some(([seconds]) => seconds === slowMode)
      ? PAUSES
      : [...PAUSES, [slowMode, `${slowMode} s`] as const];
    return html`<form
      class="stack card"
      aria-labelledby="settings"
      @submit=${onSubmit((form) => void this.#save(form))}
    >
      <h2 id="settings">Settings</h2>
      <label>
        Title
        <input name="title" dir="auto" autocomplete="off" maxlength=${TITLE_LENGTH} .defaultValue=${title} />
      </label>
      <label>
        Slow mode
        <select name="slowMode">
          ${pauses.map(
            ([seconds, shown]) =>
              html`<option value=${seconds} .defaultSelected=${seconds === slowMode}>${shown}</option>`,
          )}
        </select>
      </label>
      <label class="check">
        <input type="checkbox" name="locked" .defaultChecked=${locked} />Locked: only moderators write
      </label>
      <div><button type="submit" class="main" ?disabled=${this.isBusy}>Save</button></div>
    </form>`;
  }

  #restricted({ restrictions }: RoomFacts): TemplateResult {
    return html`<section class="card" aria-labelledby="restricted">
      <h2 id="restricted">Muted and banned</h2>
      ${
        restrictions.length === 0
          ? html`<p class="quiet">Nobody is.</p>`
          : html`<ul class="list">
              ${restrictions.map(
                ({ user, name, mute, ban }) =>
                  html`<li>
                    <div class="what">
                      ${userLink(user, name)}
                      ${ban ? html`<p class="quiet">${restrictionWords("Banned", ban)}</p>` : nothing}
                      ${mute ? html`<p class="quiet">${restrictionWords("Muted", mute)}</p>` : nothing}
                    </div>
                    ${ban ? this.#lift("unban", "Lift ban", user, name) : nothing}
                    ${mute ? this.#lift("unmute", "Lift mute", user, name) : nothing}
                  </li>`,
              )}
            </ul>`
      }
    </section>`;
  }

  #lift(action: "unban" | "unmute", word: string, user: string, name: string | undefined): TemplateResult {
    return html`<button
      type="button"
      class="small"
      aria-label="${word} of ${name ?? user}"
      @click=${() => void this.#moderate(action, user, {}, `${name ?? user}: ${word.toLowerCase()}, done.`)}
    >
      ${word}
    </button>`;
  }

  #members({ members: { members, count, next } }: RoomFacts): TemplateResult {
    return html`<section class="card" aria-labelledby="members">
      <h2 id="members">Here now <span class="quiet number">${count}</span></h2>
      ${
        members.length === 0
          ? html`<p class="quiet">Nobody is.</p>`
          : html`<ul class="list">
              ${members.map(
                ({ id, name, role }) =>
                  html`<li>
                    <div class="what">
                      ${userLink(id, name)}${role === undefined ? nothing : html` <span class="quiet">${role}</span>`}
                    </div>
                    <button
                      type="button"
                      class="small"
                      aria-label="Act on ${name}"
                      @click=${() => this.#actOn({ id, name })}
                    >
                      Act …
                    </button>
                  </li>`,
              )}
            </ul>`
      }
      ${pager(
        { word: "Previous", turn: this.#after.length > 0 ? () => this.#turnMembers() : undefined },
        { word: "Next", turn: next === undefined ? undefined : () => this.#turnMembers(next) },
      )}
    </section>`;
  }

  #end(): TemplateResult {
    return html`<section class="card" aria-labelledby="end">
      <h2 id="end">Delete the room</h2>
      <p class="quiet">
        Erases all that was said here, its settings, mutes and bans, and puts everybody out. It cannot be
        taken back.
      </p>
      <div>
        <button type="button" class="danger" @click=${() => this.#askToDeleteRoom()}>
          Delete the room …
        </button>
      </div>
    </section>`;
  }

  #personDialog(): TemplateResult | typeof nothing {
    const { person } = this;
    if (!person) return nothing;
    const way = (action: "kick" | "mute" | "ban", word: string): TemplateResult =>
      html`<button
        type="button"
        class=${action === "ban" ? "danger" : ""}
        ?disabled=${this.isBusy}
        @click=${(event: Event) => void this.#punish(event, action)}
      >
        ${word}
      </button>`;
    return html`<dialog aria-labelledby="person" @close=${() => (this.person = undefined)}>
      <h2 id="person"><bdi>${person.name}</bdi></h2>
      <p class="quiet"><bdi>${person.id}</bdi></p>
      <form class="stack" @submit=${onSubmit(() => {})}>
        <label>
          For how long
          <select name="for">
            ${LENGTHS.map(
              ([seconds, shown]) =>
                html`<option value=${seconds} .defaultSelected=${seconds === 3600}>${shown}</option>`,
            )}
          </select>
        </label>
        <label>
          Reason, which they are told (may be empty)
          <input name="reason" dir="auto" autocomplete="off" maxlength=${REASON_LENGTH} />
        </label>
        ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
        <div class="row">
          ${way("mute", "Mute")} ${way("kick", "Kick")} ${way("ban", "Ban")}
          <button type="button" @click=${closeDialog}>Leave it</button>
        </div>
        <p class="quiet">
          A kick is over at once. For all rooms: ${userLink(person.id, "disconnect, revoke, forget")}.
        </p>
      </form>
    </dialog>`;
  }

  #turn(before: number | undefined): void {
    this.#before = before;
    void this.#facts.again();
  }

  #turnMembers(after?: string): void {
    this.#after = after === undefined ? this.#after.slice(0, -1) : [...this.#after, after];
    void this.#facts.again();
  }

  #actOn({ id, name }: Person): void {
    this.trouble = "";
    this.person = { id, name };
  }

  async #moderate(
    action: ModerationAction,
    user: string,
    options: { for?: number; reason?: string },
    done: string,
  ): Promise<boolean> {
    const { room } = this;
    const isDone = await this.act(() => this.session.api.moderate(room, action, user, options), done);
    if (isDone) void this.#facts.again();
    return isDone;
  }

  async #punish(event: Event, action: "kick" | "mute" | "ban"): Promise<void> {
    const { person } = this;
    const form = event.currentTarget instanceof Element ? event.currentTarget.closest("form") : null;
    if (!person || !form) return;
    const seconds = action === "kick" ? 0 : Number(this.field(form, "for"));
    const reason = this.field(form, "reason");
    const options = { ...(seconds > 0 && { for: seconds }), ...(reason !== "" && { reason }) };
    if (await this.#moderate(action, person.id, options, `${DONE[action]}: ${person.name}.`))
      form.closest("dialog")?.close();
  }

  async #pin({ seq, pinned = false }: Message): Promise<void> {
    const done = pinned ? "Not pinned any more." : "Pinned.";
    if (await this.act(() => this.session.api.pin(this.room, seq, !pinned), done)) void this.#facts.again();
  }

  #askToDelete({ seq, by, text }: Message): void {
    this.trouble = "";
    this.question = {
      title: `Delete this message by ${by.name}?`,
      text: text.length > 200 ? `${text.slice(0, 200)}…` : text,
      doing: "Delete",
      hasReason: true,
      run: async (reason) => {
        const options = reason === "" ? {} : { reason };
        const isDone = await this.act(
          () => this.session.api.delete(this.room, seq, options),
          `Deleted a message by ${by.name}.`,
        );
        if (isDone) void this.#facts.again();
        return isDone;
      },
    };
  }

  #askToDeleteRoom(): void {
    const { room } = this;
    this.trouble = "";
    this.question = {
      title: `Delete the room ${room}?`,
      text: "All that was said in it is erased, for everybody and for good.",
      doing: "Delete for good",
      typed: room,
      run: async () => {
        const isDone = await this.act(
          () => this.session.api.deleteRoom(room),
          "Deleted. The room is empty now.",
        );
        if (isDone) void this.#facts.anew();
        return isDone;
      },
    };
  }

  // Only what was changed: others may have changed the rest meanwhile.
  async #save(form: HTMLFormElement): Promise<void> {
    const {
      title: oldTitle = "",
      slowMode: oldPause = 0,
      locked: wasLocked = false,
    } = this.#facts.value?.about.settings ?? {};
    const title = this.field(form, "title");
    const slowMode = Number(this.field(form, "slowMode"));
    const locked = form.querySelector("[name=locked]:checked") !== null;
    const change = {
      ...(title !== oldTitle && { title }),
      ...(slowMode !== oldPause && { slowMode }),
      ...(locked !== wasLocked && { locked }),
    };
    const work = (): Promise<unknown> => this.session.api.configure(this.room, change);
    if (Object.keys(change).length === 0) this.said = "Nothing was changed.";
    else if (await this.act(work, "Saved.")) {
      // From here on the fields show again what holds, also when somebody else changes it.
      await this.#facts.again();
      await this.updateComplete;
      form.reset();
    }
  }
}
