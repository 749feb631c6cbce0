import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { adminStyles } from "./admin.styles.ts";
import { onSubmit, type SessionOverEvent } from "./admin-page.ts";
import { addressOf, ALL_OF_IT, readRoute, type Route } from "./route.ts";
import { signIn, type AdminSession } from "./session.ts";
import { troubleOf } from "./trouble.ts";

/** The pages that the bar leads to, with the pages that belong to each. */
const PLACES: readonly { name: string; route: Route; pages: readonly Route["page"][] }[] = [
  { name: "Rooms", route: { page: "rooms" }, pages: ["rooms", "room"] },
  { name: "Moderation", route: { page: "moderation" }, pages: ["moderation"] },
  { name: "Audit", route: { page: "audit", filter: ALL_OF_IT }, pages: ["audit"] },
  { name: "People", route: { page: "people", user: "" }, pages: ["people"] },
  { name: "App", route: { page: "apps" }, pages: ["apps"] },
];

/** The admin page of a relay: asks for a token, and shows the pages of its app. */
export class Admin extends LitElement {
  static override properties = {
    sessions: { state: true },
    at: { state: true },
    route: { state: true },
    trouble: { state: true },
    isBusy: { state: true },
    isAdding: { state: true },
  };

  static override styles = [
    adminStyles,
    css`
      :host {
        min-block-size: 100dvb;
      }

      .bar,
      main {
        max-inline-size: 72em;
        margin-inline: auto;
        padding-inline: clamp(12px, 3vi, 32px);
      }

      header {
        border-block-end: 1px solid var(--_line);
      }

      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 20px;
        padding-block: 10px;
      }

      .bar strong {
        overflow-wrap: anywhere;
      }

      nav ul {
        display: flex;
        flex-wrap: wrap;
        gap: 2px;
      }

      nav a {
        display: block;
        padding: 6px 12px;
        border: 1px solid transparent;
        border-radius: 10px;
        color: inherit;
        text-decoration: none;
      }

      nav a:hover {
        background: var(--_bubble);
      }

      nav a[aria-current] {
        background: var(--_own);
        font-weight: 600;
      }

      @media (max-width: 30em) {
        nav ul {
          gap: 0;
        }

        nav a {
          padding-inline: 6px;
          font-size: 0.9375em;
        }
      }

      /* The system draws every border; only the page that is shown has one. */
      @media (forced-colors: active) {
        nav a {
          border-color: Canvas;
        }

        nav a[aria-current] {
          border-color: LinkText;
        }
      }

      .apps {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        margin-inline-start: auto;
      }

      .apps select {
        inline-size: auto;
        max-inline-size: 12em;
      }

      main {
        padding-block: 28px 64px;
      }

      .door {
        inline-size: min(30em, 100%);
        margin-inline: auto;
      }
    `,
  ];

  protected sessions: readonly AdminSession[] = [];
  /** Which of them is worked with. */
  protected at = 0;
  protected route: Route = readRoute(location.hash);
  protected trouble = "";
  protected isBusy = false;
  protected isAdding = false;
  /** Set while what is shown next is to be given the focus. */
  #isTurned = true;

  readonly #onHash = (): void => {
    this.route = readRoute(location.hash);
    this.isAdding = false;
    this.#isTurned = true;
  };

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#onHash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#onHash);
  }

  override updated(_changed: PropertyValues<this>): void {
    document.title = `${this.#title} · Natter admin`;
    if (this.#isTurned) void this.#focus();
  }

  /** A new page begins at its heading, for the keyboard and for who listens; the door at the field for the token. */
  async #focus(): Promise<void> {
    this.#isTurned = false;
    const field = this.renderRoot.querySelector<HTMLInputElement>("[name=token]");
    if (field) return field.focus();
    const page = this.renderRoot.querySelector<LitElement>("main > *");
    await page?.updateComplete;
    page?.shadowRoot?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  get #title(): string {
    const { route } = this;
    if (route.page === "room") return route.room;
    if (route.page === "people" && route.user !== "") return route.user;
    return PLACES.find(({ pages }) => pages.includes(route.page))?.name ?? "";
  }

  override render(): TemplateResult {
    const session = this.sessions[this.at];
    if (!session || this.isAdding) return this.#door(session !== undefined);
    return html`<header>
        <div class="bar">
          <strong>Natter admin</strong>
          <nav aria-label="Pages">
            <ul>
              ${PLACES.map(
                ({ name, route, pages }) =>
                  html`<li>
                    <a
                      href=${addressOf(route)}
                      aria-current=${pages.includes(this.route.page) ? "page" : nothing}
                      >${name}</a
                    >
                  </li>`,
              )}
            </ul>
          </nav>
          <div class="apps">
            ${this.#chooser()}
            <button type="button" class="small" @click=${() => this.#add()}>Add an app</button>
            <button type="button" class="small" @click=${() => this.#signOut(session, "")}>Sign out</button>
          </div>
        </div>
      </header>
      <main @session-over=${(event: SessionOverEvent) => this.#signOut(session, troubleOf(event.error))}>
        ${keyed(session, this.#page(session))}
      </main>`;
  }

  #chooser(): TemplateResult {
    const names = this.sessions.map(({ facts }) => facts.app);
    if (names.length === 1) return html`<span class="tag"><bdi>${names[0]}</bdi></span>`;
    return html`<select aria-label="App" @change=${(event: Event) => this.#choose(event)}>
      ${names.map((name, at) => html`<option value=${at} ?selected=${at === this.at}>${name}</option>`)}
    </select>`;
  }

  #page(session: AdminSession): TemplateResult {
    const { route } = this;
    switch (route.page) {
      case "rooms":
        return html`<natter-rooms .session=${session}></natter-rooms>`;
      case "room":
        return html`<natter-room .session=${session} .room=${route.room}></natter-room>`;
      case "moderation":
        return html`<natter-moderation .session=${session}></natter-moderation>`;
      case "audit":
        return html`<natter-audit .session=${session} .filter=${route.filter}></natter-audit>`;
      case "people":
        return html`<natter-people .session=${session} .user=${route.user}></natter-people>`;
      case "apps":
        return html`<natter-app .session=${session}></natter-app>`;
      default:
        return route satisfies never;
    }
  }

  #door(isMore: boolean): TemplateResult {
    return html`<main>
      <form class="stack card door" @submit=${onSubmit((form) => void this.#signIn(form))}>
        <h1>${isMore ? "Add an app" : "Natter admin"}</h1>
        <label>
          Admin token
          <input
            type="password"
            name="token"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            required
          />
        </label>
        <p class="quiet">
          One with the role admin for all rooms, as
          <code>natter-relay token --sub you --room '*=admin'</code> prints. It stays in the memory of this
          page: a reload forgets it.
        </p>
        ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
        <div class="row">
          <button type="submit" class="main" ?disabled=${this.isBusy}>
            ${this.isBusy ? "Asking the relay …" : "Sign in"}
          </button>
          ${isMore ? html`<button type="button" @click=${() => (this.isAdding = false)}>Leave it</button>` : nothing}
        </div>
      </form>
    </main>`;
  }

  async #signIn(form: HTMLFormElement): Promise<void> {
    const field = form.querySelector<HTMLInputElement>("[name=token]");
    const token = field?.value.trim() ?? "";
    if (!field || token === "" || this.isBusy) return;
    // Out of the document as soon as it is taken.
    field.value = "";
    this.isBusy = true;
    this.trouble = "";
    try {
      const session = await signIn(token);
      const others = this.sessions.filter(({ facts }) => facts.app !== session.facts.app);
      this.sessions = [...others, session];
      this.at = others.length;
      this.isAdding = false;
      this.#isTurned = true;
    } catch (error) {
      this.trouble = troubleOf(error);
    } finally {
      this.isBusy = false;
    }
  }

  #add(): void {
    this.trouble = "";
    this.isAdding = true;
    this.#isTurned = true;
  }

  #signOut(session: AdminSession, trouble: string): void {
    this.sessions = this.sessions.filter((each) => each !== session);
    this.at = 0;
    this.trouble = trouble;
    this.#isTurned = true;
  }

  #choose({ currentTarget }: Event): void {
    if (!(currentTarget instanceof HTMLSelectElement)) return;
    this.at = Number(currentTarget.value);
    // What was looked at is of the other app.
    location.hash = addressOf({ page: "rooms" });
  }
}
