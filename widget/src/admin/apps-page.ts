import { html, type TemplateResult } from "lit";
import { AdminPage } from "./admin-page.ts";
import { moment, userLink } from "./words.ts";

const EVERY_MS = 5000;

/** The app of the token: how many are connected, and how people come in. */
export class AppsPage extends AdminPage {
  readonly #app = this.loads(EVERY_MS, () => this.session.api.app());

  override render(): TemplateResult {
    const { app, user, expires, connections, guests, defaultRole } = this.#app.value ?? this.session.facts;
    return html`<div class="page">
      <h1 tabindex="-1">App <bdi>${app}</bdi></h1>
      ${this.news(this.#app)}
      <dl class="card">
        <dt>Connected now</dt>
        <dd><span class="tag number ${connections > 0 ? "live" : ""}">${connections}</span> on this relay</dd>
        <dt>Guests</dt>
        <dd>${guests ? "may come in" : "may not come in"}</dd>
        <dt>Tokens without <code>rooms</code></dt>
        <dd>give the role ${defaultRole}</dd>
        <dt>You are</dt>
        <dd>${userLink(user.id, user.name)}</dd>
        <dt>Your token ends</dt>
        <dd>${moment(expires)}</dd>
      </dl>
      <p class="quiet">
        A token is for one app, and shows no other. For another app of this relay, add its token; each stays
        in the memory of this page only.
      </p>
    </div>`;
  }
}
