import { html, LitElement, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { Follow } from "../follow.ts";
import { close, people } from "../icons.ts";
import { avatar } from "../message/avatar.ts";
import { mayModerate, ModerateEvent } from "../moderation/subject.ts";
import type { RoomView } from "@natter/sdk";
import type { Member } from "@natter/sdk/protocol";
import type { ChatHandle, RoomHandle } from "../handles.ts";
import { Localizer } from "../strings/localizer.ts";
import { membersStyles } from "./members.styles.ts";
import { inOrder, keepsOrder } from "./order.ts";

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
  };

  static override styles = membersStyles;

  readonly #words = new Localizer(this);

  /** The room whose people these are. */
  room?: RoomHandle;
  /** Knows who the visitor is. */
  chat?: ChatHandle;
  /** Whether everybody is shown by name. */
  open = false;

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
        aria-expanded=${this.open}
        aria-label=${label}
        title=${label}
        @click=${() => this.#turn(!this.open)}
      >
        <span class="faces">
          ${view.members.length === 0 ? people : view.members.slice(0, FACES).map((member) => html`<span class="face" part="face">${avatar(member, 1)}</span>`)}
        </span>
        <span part="count" aria-hidden="true">${this.#words.count(view.count)}</span>
      </button>
      ${this.open ? this.#panel(view) : nothing}
    `;
  }

  #panel(view: RoomView): TemplateResult {
    const words = this.#words;
    const { members, can } = view;
    return html`<div
      class="list"
      part="list"
      role="dialog"
      aria-labelledby="people"
      @keydown=${this.#onKeydown}
    >
      <div class="head">
        <h3 id="people">${words.term("listPeople")}</h3>
        <button
          type="button"
          class="close"
          part="close"
          aria-label=${words.term("close")}
          @click=${() => this.#turn(false)}
        >
          ${close}
        </button>
      </div>
      ${
        members.length === 0
          ? html`<p>${words.term("peopleNotListed", view.count)}</p>`
          : guard([members, can, this.chat?.user, words.lang()], () =>
              this.#everybody(members, mayModerate(can)),
            )
      }
    </div>`;
  }

  #everybody(members: readonly Member[], mayAct: boolean): TemplateResult {
    const own = this.chat?.user?.id;
    const sorted = inOrder(members, own, this.#words.lang());
    // What cannot be pressed is scrolled as a whole; what can be is one stop, and arrows lead on.
    return html`<ul role="list" tabindex=${mayAct ? nothing : "0"} aria-labelledby="people">
      ${sorted.map((member) => html`<li part="member">${this.#member(member, member.id === own, mayAct)}</li>`)}
    </ul>`;
  }

  #member(member: Member, isOwn: boolean, mayAct: boolean): TemplateResult {
    const words = this.#words;
    const { name, role } = member;
    const what = html`${avatar(member)}<bdi>${isOwn ? words.term("youAreHere", name) : name}</bdi>
      ${keepsOrder(role) || role === "reader" ? html`<small part="role">${words.term(role)}</small>` : nothing}`;
    return mayAct && !isOwn
      ? html`<button
          type="button"
          class="person"
          tabindex="-1"
          @click=${() => this.dispatchEvent(new ModerateEvent(member))}
        >
          ${what}
        </button>`
      : html`<div class="person">${what}</div>`;
  }

  protected override updated(): void {
    const people = this.#people();
    if (!people.some(({ tabIndex }) => tabIndex === 0)) people.at(0)?.setAttribute("tabindex", "0");
  }

  #turn(open: boolean): void {
    this.open = open;
    const target = open ? ".close" : ".button";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(target)?.focus());
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const people = this.#people();
    const at = people.findIndex((person) => person === event.target);
    const to = { Home: 0, End: people.length - 1, ArrowUp: at - 1, ArrowDown: at + 1 }[event.key];
    if (event.key === "Escape") this.#turn(false);
    else if (at >= 0 && to !== undefined && people[to]) this.#moveTo(people[to], people);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #moveTo(person: HTMLElement, people: readonly HTMLElement[]): void {
    for (const one of people) one.tabIndex = one === person ? 0 : -1;
    person.focus();
  }

  #people(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>("button.person")];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-members": Members;
  }
}
