import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { AnswerOf, AuditAction } from "@natter/sdk/protocol";
import { AdminPage, onSubmit } from "./admin-page.ts";
import { pager } from "./pager.ts";
import { addressOf, ALL_OF_IT, type AuditFilter } from "./route.ts";
import { ACTION_NAMES, deed, moment, roomLink, settingsWords, userLink } from "./words.ts";

const EVERY_MS = 15_000;
const PAGE = 50;

type Audit = AnswerOf<"readAudit">;
type Entry = Audit["entries"][number];

/** Who did what, newest first, page by page, and only what fits where something is looked for. */
export class AuditPage extends AdminPage {
  static override properties = { filter: { attribute: false } };

  filter: AuditFilter = ALL_OF_IT;
  /** The entries before which the pages begin that were turned over, the present one last. */
  #befores: number[] = [];

  readonly #audit = this.loads(EVERY_MS, () => {
    const { action, ...names } = this.filter;
    const given = Object.fromEntries(Object.entries(names).filter(([, value]) => value !== ""));
    const before = this.#befores.at(-1);
    return this.session.api.audit({
      limit: PAGE,
      ...given,
      ...(isAction(action) && { action }),
      ...(before !== undefined && { before }),
    });
  });

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("filter") || !this.hasUpdated) return;
    this.#befores = [];
    void this.#audit.anew();
  }

  override render(): TemplateResult {
    const { value } = this.#audit;
    return html`<div class="page">
      <h1 tabindex="-1">Audit</h1>
      ${this.news(this.#audit)} ${this.#form()}
      <section aria-label="Entries">
        ${value ? this.#list(value) : this.#audit.load.kind === "loading" ? html`<p class="quiet">Loading …</p>` : nothing}
      </section>
    </div>`;
  }

  #form(): TemplateResult {
    const { action, room, user, by } = this.filter;
    const text = (name: string, label: string, value: string): TemplateResult =>
      html`<label class="grows">
        ${label}
        <input name=${name} dir="auto" autocomplete="off" maxlength="512" .value=${value} />
      </label>`;
    return html`<form class="row card" role="search" @submit=${onSubmit((form) => this.#find(form))}>
      <label class="grows">
        What
        <select name="action">
          <option value="" ?selected=${action === ""}>anything</option>
          ${Object.entries(ACTION_NAMES).map(
            ([name, words]) => html`<option value=${name} ?selected=${name === action}>${words}</option>`,
          )}
        </select>
      </label>
      ${text("room", "Room", room)} ${text("user", "To whom (user id)", user)}
      ${text("by", "By whom (user id)", by)}
      <button type="submit">Search</button>
    </form>`;
  }

  #list({ entries, more, next }: Audit): TemplateResult {
    const none = more ? "Not among these; look further." : "There is nothing of that kind.";
    return html`${
      entries.length > 0
        ? html`<ol class="list">
            ${entries.map(line)}
          </ol>`
        : html`<p class="quiet">${none}</p>`
    }
    ${pager(
      { word: "Newer", turn: this.#befores.length > 0 ? () => this.#turn() : undefined },
      { word: "Older", turn: next === undefined ? undefined : () => this.#turn(next) },
    )}`;
  }

  #find(form: HTMLFormElement): void {
    const filter = {
      action: this.field(form, "action"),
      room: this.field(form, "room"),
      user: this.field(form, "user"),
      by: this.field(form, "by"),
    };
    const address = addressOf({ page: "audit", filter });
    if (location.hash === address) void this.#audit.again();
    else location.hash = address;
  }

  #turn(before?: number): void {
    this.#befores = before === undefined ? this.#befores.slice(0, -1) : [...this.#befores, before];
    void this.#audit.anew();
  }
}

function isAction(action: string): action is AuditAction {
  return Object.hasOwn(ACTION_NAMES, action);
}

function line(entry: Entry): TemplateResult {
  const { at, by, room, reason, until, settings, address } = entry;
  return html`<li>
    <div class="what">
      ${by.startsWith("(") ? by : userLink(by)} ${deed(entry)}
      ${room === undefined ? nothing : html`in ${roomLink(room)}`}
      ${until === undefined ? nothing : html`until ${moment(until)}`}
      ${settings ? html`<p class="quiet">${settingsWords(settings)}</p>` : nothing}
      ${reason === undefined ? nothing : html`<p class="quiet"><q dir="auto">${reason}</q></p>`}
    </div>
    <span class="quiet">${moment(at)}${address === undefined ? nothing : html`, from ${address}`}</span>
  </li>`;
}
