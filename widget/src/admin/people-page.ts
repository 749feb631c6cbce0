import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { AdminPage, onSubmit } from "./admin-page.ts";
import { asking, showDialog, type Question } from "./ask.ts";
import { addressOf } from "./route.ts";
import { auditOf } from "./words.ts";

/** One user of the app, by id, and what can be done about them in all rooms together. */
export class PeoplePage extends AdminPage {
  static override properties = { user: { attribute: false }, question: { state: true } };

  user = "";
  protected question: Question | undefined;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("user") && this.hasUpdated) this.said = this.trouble = "";
  }

  override updated(): void {
    if (this.question) showDialog(this.renderRoot);
  }

  override render(): TemplateResult {
    const { user } = this;
    return html`<div class="page">
      <h1 tabindex="-1">${user === "" ? "People" : html`<bdi>${user}</bdi>`}</h1>
      ${this.question ? nothing : this.news()} ${user === "" ? nothing : this.#ways(user)}
      <form class="row" role="search" @submit=${onSubmit((form) => this.#open(form))}>
        <label class="grows">
          <span>User id, as in the tokens’ <code>sub</code></span>
          <input name="user" dir="auto" autocomplete="off" required maxlength="128" />
        </label>
        <button type="submit">Open</button>
      </form>
      ${asking(this.question, {
        trouble: this.trouble,
        isBusy: this.isBusy,
        onClose: () => (this.question = undefined),
      })}
    </div>`;
  }

  #ways(user: string): TemplateResult {
    const { api } = this.session;
    const way = (title: string, text: string, isAsked: boolean, question: Question): TemplateResult =>
      html`<section class="card">
        <h2>${title}</h2>
        <p class="quiet">${text}</p>
        <div>
          <button type="button" class=${isAsked ? "danger" : ""} @click=${() => this.#ask(question)}>
            ${title} …
          </button>
        </div>
      </section>`;
    return html`<p><a href=${auditOf(user)}>What was done to them, in the audit</a></p>
      <div class="cards">
        ${way("Disconnect", "Ends all their connections. With a good token they may come back.", false, {
          title: `Disconnect ${user}?`,
          text: "With a good token they may come back at once.",
          doing: "Disconnect",
          run: () => this.act(() => api.disconnect(user), `Disconnected ${user}.`),
        })}
        ${way(
          "Revoke tokens",
          "No token counts any more that they were given until now, and they are out.",
          false,
          {
            title: `Revoke all tokens of ${user}?`,
            text: "Who is to be let in again needs a token that is made after this.",
            doing: "Revoke",
            run: () => this.act(() => api.revoke(user), `Revoked all tokens of ${user}.`),
          },
        )}
        ${way(
          "Forget",
          "Erases all that they wrote in the rooms of this app, and their name. It cannot be taken back. Mutes and bans stay.",
          true,
          {
            title: `Forget ${user}?`,
            text: "All that they wrote is erased, for everybody and for good. Revoke their tokens first, or they may go on writing.",
            doing: "Forget for good",
            typed: user,
            run: () => this.act(() => api.forget(user), `Forgot ${user}.`),
          },
        )}
      </div>`;
  }

  #ask(question: Question): void {
    this.trouble = "";
    this.question = question;
  }

  #open(form: HTMLFormElement): void {
    location.hash = addressOf({ page: "people", user: this.field(form, "user") });
    form.reset();
  }
}
