import { html, nothing, type TemplateResult } from "lit";
import type { AnswerOf } from "@natter/sdk/protocol";
import { AdminPage } from "./admin-page.ts";
import { pager } from "./pager.ts";
import { moment, restrictionWords, roomLink, userLink } from "./words.ts";

const EVERY_MS = 10_000;
const PAGE = 50;
const DELETED = 20;

type RestrictedRooms = AnswerOf<"listRestrictions">;
type Entries = AnswerOf<"readAudit">["entries"];

/** Who may not write or come in now, in every room of the app, and what moderators deleted lately. */
export class ModerationPage extends AdminPage {
  #afters: string[] = [];

  readonly #rooms = this.loads(EVERY_MS, () => {
    const after = this.#afters.at(-1);
    return this.session.api.restrictedRooms({ limit: PAGE, ...(after !== undefined && { after }) });
  });
  readonly #deleted = this.loads(EVERY_MS, () =>
    this.session.api.audit({ action: "delete", limit: DELETED }),
  );

  override render(): TemplateResult {
    const [rooms, deleted] = [this.#rooms.value, this.#deleted.value];
    return html`<div class="page">
      <h1 tabindex="-1">Moderation</h1>
      ${this.news(this.#rooms, this.#deleted)}
      <section aria-labelledby="now">
        <h2 id="now">Muted and banned now</h2>
        ${rooms ? this.#restricted(rooms) : html`<p class="quiet">Loading …</p>`}
      </section>
      <section aria-labelledby="deleted">
        <h2 id="deleted">Deleted lately</h2>
        ${deleted ? deletedList(deleted.entries) : html`<p class="quiet">Loading …</p>`}
      </section>
    </div>`;
  }

  #restricted({ rooms, next }: RestrictedRooms): TemplateResult {
    const lines = rooms.flatMap(({ room, restrictions }) =>
      restrictions.map(
        ({ user, name, mute, ban }) =>
          html`<li>
            <div class="what">
              ${userLink(user, name)} in ${roomLink(room)}
              ${ban ? html`<p class="quiet">${restrictionWords("Banned", ban)}</p>` : nothing}
              ${mute ? html`<p class="quiet">${restrictionWords("Muted", mute)}</p>` : nothing}
            </div>
            ${ban ? this.#lift(room, "unban", "Lift ban", user, name) : nothing}
            ${mute ? this.#lift(room, "unmute", "Lift mute", user, name) : nothing}
          </li>`,
      ),
    );
    return html`${
      lines.length > 0
        ? html`<ul class="list">
            ${lines}
          </ul>`
        : html`<p class="quiet">
            ${next === undefined ? "Nobody is." : "Nobody in these rooms; look further."}
          </p>`
    }
    ${pager(
      { word: "Previous", turn: this.#afters.length > 0 ? () => this.#turn() : undefined },
      { word: "Next", turn: next === undefined ? undefined : () => this.#turn(next) },
    )}`;
  }

  #lift(room: string, action: "unban" | "unmute", word: string, user: string, name = user): TemplateResult {
    const lift = async (): Promise<void> => {
      const work = (): Promise<unknown> => this.session.api.moderate(room, action, user);
      if (await this.act(work, `${name}: ${word.toLowerCase()}, done.`)) void this.#rooms.again();
    };
    return html`<button
      type="button"
      class="small"
      aria-label="${word} of ${name} in ${room}"
      @click=${() => void lift()}
    >
      ${word}
    </button>`;
  }

  #turn(after?: string): void {
    this.#afters = after === undefined ? this.#afters.slice(0, -1) : [...this.#afters, after];
    void this.#rooms.anew();
  }
}

function deletedList(entries: Entries): TemplateResult {
  if (entries.length === 0) return html`<p class="quiet">Nothing was.</p>`;
  return html`<ul class="list">
    ${entries.map(
      ({ at, by, user, room, target, reason }) =>
        html`<li>
          <div class="what">
            Message
            ${target}${user === undefined ? nothing : html` of ${userLink(user)}`}${
              room === undefined ? nothing : html` in ${roomLink(room)}`
            },
            by ${userLink(by)} ${moment(at)}
            ${reason === undefined ? nothing : html`<p class="quiet"><q dir="auto">${reason}</q></p>`}
          </div>
        </li>`,
    )}
  </ul>`;
}
