import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { adminStyles } from "./admin.styles.ts";
import { Loaded } from "./loaded.ts";
import type { AdminSession } from "./session.ts";
import { isOver, troubleOf } from "./trouble.ts";

/** The token is of no use any more: whoever shows pages asks for another. */
export class SessionOverEvent extends Event {
  readonly error: unknown;

  constructor(error: unknown) {
    super("session-over", { bubbles: true, composed: true });
    this.error = error;
  }
}

/** What all pages share: a session, what was done and what went wrong, and dialogs. */
export abstract class AdminPage extends LitElement {
  static override properties: PropertyDeclarations = {
    session: { attribute: false },
    said: { state: true },
    trouble: { state: true },
    isBusy: { state: true },
  };

  static override styles = adminStyles;

  session!: AdminSession;
  protected said = "";
  protected trouble = "";
  protected isBusy = false;

  /** Something that is asked for when the page comes, and again every so often. */
  protected loads<T>(everyMs: number, ask: () => Promise<T>): Loaded<T> {
    return new Loaded(this, everyMs, ask, (error) => this.#onFailure(error));
  }

  /** Does something, says that it was done or what went wrong, and tells whether it was done. */
  protected async act(work: () => Promise<unknown>, done: string): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.trouble = "";
    this.said = "";
    try {
      await work();
      this.said = done;
      return true;
    } catch (error) {
      this.trouble = troubleOf(error);
      this.#onFailure(error);
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  #onFailure(error: unknown): void {
    if (isOver(error)) this.dispatchEvent(new SessionOverEvent(error));
  }

  /** Where it is told what was done, and what went wrong. */
  protected news(...loads: Loaded<unknown>[]): TemplateResult {
    const failed = loads.map(({ load }) => load).find((load) => load.kind === "failed");
    const trouble = this.trouble || (failed ? troubleOf(failed.error) : "");
    return html`<p class="said" role="status">${this.said}</p>
      ${trouble ? html`<p class="trouble" role="alert">${trouble}</p>` : nothing}`;
  }

  /** What was typed or chosen in a form under a name. */
  protected field(form: HTMLElement, name: string): string {
    const found = form.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="${name}"]`);
    return found?.value.trim() ?? "";
  }
}

/** Stops a form from going anywhere, and hands on what was in it. */
export function onSubmit(use: (form: HTMLFormElement) => void): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement) use(event.currentTarget);
  };
}
