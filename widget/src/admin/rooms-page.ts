import { html, nothing, type TemplateResult } from "lit";
import type { AnswerOf } from "@natter/sdk/protocol";
import { duration } from "../strings/formats.ts";
import { AdminPage, onSubmit } from "./admin-page.ts";
import { pager } from "./pager.ts";
import { addressOf } from "./route.ts";
import { LANG, moment, roomLink } from "./words.ts";

/** Pause between two looks at who is where. */
const EVERY_MS = 5000;
const PAGE = 50;

type Rooms = AnswerOf<"listRooms">;

/** The rooms of the app, with how many are in each now. */
export class RoomsPage extends AdminPage {
  #search = "";
  /** The names after which the pages begin that were turned over, the present one last. */
  #afters: string[] = [];

  readonly #rooms = this.loads(EVERY_MS, () => {
    const after = this.#afters.at(-1);
    return this.session.api.rooms({
      limit: PAGE,
      ...(after !== undefined && { after }),
      ...(this.#search !== "" && { search: this.#search }),
    });
  });

  override render(): TemplateResult {
    const { load, value } = this.#rooms;
    return html`<div class="page">
      <h1 tabindex="-1">Rooms</h1>
      ${this.news(this.#rooms)}
      <div class="columns">
        <section aria-label="Rooms">
          <form class="row" role="search" @submit=${onSubmit((form) => this.#find(form))}>
            <label class="grows">
              Name or title
              <input type="search" name="search" dir="auto" autocomplete="off" maxlength="128" />
            </label>
            <button type="submit">Search</button>
          </form>
          ${load.kind === "loading" && !value ? html`<p class="quiet">Loading …</p>` : nothing}
          ${value ? this.#list(value) : nothing}
        </section>
        <form class="stack card" @submit=${onSubmit((form) => this.#open(form))}>
          <h2>Open a room by its name</h2>
          <label>
            Room
            <input name="room" dir="auto" autocomplete="off" required maxlength="512" />
          </label>
          <div><button type="submit">Open</button></div>
          <p class="quiet">Also one that nobody has written to yet.</p>
        </form>
      </div>
    </div>`;
  }

  #list({ rooms, next }: Rooms): TemplateResult {
    const none = this.#search === "" ? "Nobody has written to a room yet." : "No room is called so.";
    return html`${
      rooms.length > 0
        ? html`<ul class="list">
            ${rooms.map((room) => roomLine(room))}
          </ul>`
        : html`<p class="quiet">${next === undefined ? none : "Not among these; look further."}</p>`
    }
    ${pager(
      { word: "Previous", turn: this.#afters.length > 0 ? () => this.#turnBack() : undefined },
      { word: "Next", turn: next === undefined ? undefined : () => this.#turn(next) },
    )}`;
  }

  #find(form: HTMLFormElement): void {
    this.#search = this.field(form, "search");
    this.#afters = [];
    void this.#rooms.anew();
  }

  #open(form: HTMLFormElement): void {
    location.hash = addressOf({ page: "room", room: this.field(form, "room").normalize() });
  }

  #turn(after: string): void {
    this.#afters = [...this.#afters, after];
    void this.#rooms.anew();
  }

  #turnBack(): void {
    this.#afters = this.#afters.slice(0, -1);
    void this.#rooms.anew();
  }
}

function roomLine({ room, settings, count, at, seq }: Rooms["rooms"][number]): TemplateResult {
  const { title, locked, slowMode } = settings;
  return html`<li>
    <div class="what">
      ${roomLink(room)}${title === undefined ? nothing : html` <span class="quiet"><bdi>${title}</bdi></span>`}
      <p class="quiet">${seq} events, the last ${moment(at)}</p>
    </div>
    ${locked === true ? html`<span class="tag">locked</span>` : nothing}
    ${slowMode === undefined ? nothing : html`<span class="tag">slow mode ${duration(slowMode, LANG)}</span>`}
    <span class="tag number ${count > 0 ? "live" : ""}">${count} here</span>
  </li>`;
}
