import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { Follow } from "../follow.ts";
import { people } from "../icons.ts";
import { avatar } from "../message/avatar.ts";
import { OnDemand, whileBusy } from "../on-demand.ts";
import type { RoomView } from "@natter/sdk";
import type { ChatHandle, RoomHandle } from "../handles.ts";
import { Localizer } from "../strings/localizer.ts";
import { membersStyles } from "./members.styles.ts";
import type { People } from "./people.ts";

/** How many faces stand beside the number. */
const FACES = 3;

/**
 * Who is here: a few faces and the number, and everybody by name when asked. The names stand beside the
 * conversation where there is room for both, and in its place where there is not.
 *
 * @csspart button - opens the list
 * @csspart face - one of the few faces
 * @csspart count - the number
 * @csspart list - everybody by name
 * @csspart close - closes it
 * @csspart member - one of them
 * @csspart role - what they are here
 */
export class Members extends LitElement {
  static override properties = {
    room: { attribute: false },
    chat: { attribute: false },
    open: { type: Boolean, reflect: true },
    trouble: { state: true },
  };

  static override styles = membersStyles;

  readonly #words = new Localizer(this);

  /** The room whose people these are. */
  room?: RoomHandle;
  /** Knows who the visitor is. */
  chat?: ChatHandle;
  /** Whether everybody is shown by name. */
  open = false;

  /** What could not be done just now, in words. */
  private trouble = "";
  #people: People | undefined;

  constructor() {
    super();
    new Follow(this, () => this.room);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("open") && this.open && !listing.part) void this.#fetch();
  }

  override render(): TemplateResult | typeof nothing {
    const view = this.room?.view();
    if (!view || view.count === 0 || view.status === "removed") return nothing;
    const label = this.#words.term("people", view.count);
    return html`
      ${this.trouble ? html`<span class="trouble" role="alert">${this.trouble}</span>` : nothing}
      <button
        type="button"
        class="button"
        part="button"
        aria-expanded=${this.open}
        aria-label=${label}
        title=${label}
        @click=${() => this.#turn(!this.open)}
        @pointerenter=${this.#onNear}
        @focus=${this.#onNear}
      >
        <span class="faces">
          ${view.members.length === 0 ? people : view.members.slice(0, FACES).map((member) => html`<span class="face" part="face">${avatar(member, 1)}</span>`)}
        </span>
        <span part="count" aria-hidden="true">${this.#words.count(view.count)}</span>
      </button>
      ${this.open ? this.#list(view) : nothing}
    `;
  }

  #list(view: RoomView): TemplateResult | typeof nothing {
    const part = listing.drawnIn(this);
    this.#people ??= part && new part.People(this, this.#words, () => void this.#turn(false));
    return this.#people?.render(view, this.chat?.user?.id) ?? nothing;
  }

  protected override updated(): void {
    this.#people?.wasDrawn();
  }

  // The list is on its way before it is asked for.
  readonly #onNear = (): void => listing.expect();

  async #turn(open: boolean): Promise<void> {
    if (open && !listing.part && !(await this.#fetch())) return;
    this.open = open;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(open ? ".close" : ".button")?.focus();
  }

  async #fetch(): Promise<boolean> {
    const part = await whileBusy(this.renderRoot.querySelector(".button"), listing.fetch());
    this.trouble = part ? "" : this.#words.term("notLoaded");
    if (!part) this.open = false;
    return part !== undefined;
  }
}

const listing = new OnDemand(() => import("./people.ts"));

declare global {
  interface HTMLElementTagNameMap {
    "chat-members": Members;
  }
}
