import { html, nothing, type LitElement, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { close } from "../icons.ts";
import { avatar } from "../message/avatar.ts";
import { mayModerate, ModerateEvent } from "../moderation/subject.ts";
import type { RoomView } from "@natter/sdk";
import type { Member } from "@natter/sdk/protocol";
import type { Localizer } from "../strings/localizer.ts";
import { inOrder, keepsOrder } from "./order.ts";

export { peopleStyles as styles } from "./people.styles.ts";

/** Everybody in a room by name, for the element that shows how many they are. */
export class People {
  readonly #host: LitElement;
  readonly #words: Localizer;
  readonly #close: () => void;

  /** @param close Called when the visitor has seen enough. */
  constructor(host: LitElement, words: Localizer, close: () => void) {
    this.#host = host;
    this.#words = words;
    this.#close = close;
  }

  /** @param own The id of the visitor, who comes first. */
  render({ members, count, can }: RoomView, own: string | undefined): TemplateResult {
    const words = this.#words;
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
          @click=${this.#close}
        >
          ${close}
        </button>
      </div>
      ${
        members.length === 0
          ? html`<p>${words.term("peopleNotListed", count)}</p>`
          : guard([members, can, own, words.lang()], () => this.#everybody(members, own, mayModerate(can)))
      }
    </div>`;
  }

  #everybody(members: readonly Member[], own: string | undefined, mayAct: boolean): TemplateResult {
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
          @click=${() => this.#host.dispatchEvent(new ModerateEvent(member))}
        >
          ${what}
        </button>`
      : html`<div class="person">${what}</div>`;
  }

  /** The list was drawn: one of those who can be pressed is where the Tab key stops. */
  wasDrawn(): void {
    const people = this.#people();
    if (!people.some(({ tabIndex }) => tabIndex === 0)) people.at(0)?.setAttribute("tabindex", "0");
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const people = this.#people();
    const at = people.findIndex((person) => person === event.target);
    const to = { Home: 0, End: people.length - 1, ArrowUp: at - 1, ArrowDown: at + 1 }[event.key];
    if (event.key === "Escape") this.#close();
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
    return [...this.#host.renderRoot.querySelectorAll<HTMLElement>("button.person")];
  }
}
