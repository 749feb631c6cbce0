import { html, LitElement, nothing, type TemplateResult } from "lit";
import { Follow } from "../follow.ts";
import { avatar } from "../message/avatar.ts";
import type { RoomView } from "@natter/sdk";
import type { ChatHandle, RoomHandle } from "../handles.ts";
import { Localizer } from "../strings/localizer.ts";
import { membersStyles } from "./members.styles.ts";

/** How many faces stand beside the number. */
const FACES = 3;

/**
 * Who is here: a few faces and the number, and everybody by name when asked.
 *
 * @csspart button - opens the list
 * @csspart face - one of the few faces
 * @csspart count - the number
 * @csspart list - everybody by name
 * @csspart member - one of them
 */
export class Members extends LitElement {
  static override properties = {
    room: { attribute: false },
    chat: { attribute: false },
    open: { state: true },
  };

  static override styles = membersStyles;

  readonly #words = new Localizer(this);

  /** The room whose people these are. */
  room?: RoomHandle;
  /** Knows who the visitor is. */
  chat?: ChatHandle;

  private open = false;

  constructor() {
    super();
    new Follow(this, () => this.room);
  }

  override render(): TemplateResult | typeof nothing {
    const view = this.room?.view();
    if (!view || view.count === 0 || view.status === "removed") return nothing;
    const label = this.#words.term("people", view.count);
    return html`
      <button
        type="button"
        class="button"
        part="button"
        popovertarget="people"
        aria-expanded=${this.open ? "true" : "false"}
        aria-label=${label}
        title=${label}
      >
        <span class="faces">
          ${view.members.slice(0, FACES).map((member) => html`<span class="face" part="face">${avatar(member, 1)}</span>`)}
        </span>
        <span part="count" aria-hidden="true">${this.#number(view.count)}</span>
      </button>
      <div
        id="people"
        class="list"
        part="list"
        popover
        role="dialog"
        aria-label=${this.#words.term("listPeople")}
        @beforetoggle=${this.#onToggle}
      >
        ${this.open ? this.#list(view) : nothing}
      </div>
    `;
  }

  readonly #onToggle = (event: ToggleEvent): void => {
    this.open = event.newState === "open";
  };

  #list(view: RoomView): TemplateResult {
    if (view.members.length === 0) return html`<p>${this.#words.term("peopleNotListed", view.count)}</p>`;
    const own = this.chat?.user?.id;
    return html`<ul role="list">
      ${view.members.map(
        (member) =>
          html`<li part="member">
            ${avatar(member)}
            <bdi>${member.id === own ? this.#words.term("youAreHere", member.name) : member.name}</bdi>
          </li>`,
      )}
    </ul>`;
  }

  #number(count: number): string {
    return new Intl.NumberFormat(this.#words.lang(), { notation: "compact" }).format(count);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-members": Members;
  }
}
