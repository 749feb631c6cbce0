import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { TaskEvent, type Task } from "../composer/task.ts";
import { Follow } from "../follow.ts";
import { arrowDown } from "../icons.ts";
import type { MessageActions, Tools } from "../message/actions.ts";
import { messageRow, type Circumstances, type Scene } from "../message/message.ts";
import { noticeLine } from "../moderation/notice-line.ts";
import { Notices } from "../moderation/notices.ts";
import { ModerateEvent } from "../moderation/subject.ts";
import { isNews } from "../news.ts";
import { PageClock } from "../page-clock.ts";
import type { Gap, RoomView, ViewMessage } from "@natter/sdk";
import type { RoomHandle } from "../handles.ts";
import { dayName } from "../strings/formats.ts";
import { Localizer } from "../strings/localizer.ts";
import { keyOf, listItems, UNREAD_KEY, type ListItem, type MessageItem } from "./items.ts";
import { fetchMessage, messageAt } from "./jump.ts";
import { messageListStyles } from "./message-list.styles.ts";
import { quietRoom } from "./quiet-room.ts";
import { OlderPages } from "./older-pages.ts";
import { PointedAt } from "./pointed-at.ts";
import { ReadingPlace } from "./reading-place.ts";
import { RovingFocus } from "./roving-focus.ts";
import { Scenes } from "./scenes.ts";
import { UnreadDivider } from "./unread-divider.ts";

/**
 * What was said in a room, oldest first. Follows the end while it is in view, keeps the place of who reads
 * further up, and loads older pages as they come near.
 *
 * @slot empty - shown when nobody has said anything yet
 *
 * @csspart list - the scrolling box
 * @csspart message - one message with its byline
 * @csspart own-message - a message of the visitor
 * @csspart other-message - a message of somebody else
 * @csspart avatar - initials of the author
 * @csspart byline - name and time above a group of messages
 * @csspart author - the name
 * @csspart time - the time
 * @csspart bubble - the box around a text
 * @csspart own-bubble - the same, of the visitor
 * @csspart other-bubble - the same, of somebody else
 * @csspart text - the text
 * @csspart mention - a name that was called
 * @csspart link-host - the host of an address that misleads
 * @csspart quote - the message that is answered
 * @csspart reactions - how people felt about it
 * @csspart reaction - one emoji with its number
 * @csspart tools - what can be done with the message that is pointed at
 * @csspart tool - one of these
 * @csspart edited - the mark of an edited message
 * @csspart pending - the line under a message on its way
 * @csspart failed - the line under a message that was refused
 * @csspart retry - sends it again
 * @csspart discard - gives it up
 * @csspart day - a date between messages
 * @csspart unread - the line above the first unread message
 * @csspart event - a quiet line about what a moderator did
 * @csspart gap - the place where messages may be missing
 * @csspart load-gap - loads them
 * @csspart older - what stands above the oldest message held
 * @csspart latest - the button that leads to the end
 * @csspart empty - the room without messages
 * @csspart loading - the room before its messages are there
 */
export class MessageList extends LitElement {
  static override properties = {
    room: { attribute: false },
    seenSeq: { state: true },
    found: { state: true },
  };

  static override styles = messageListStyles;

  readonly #words = new Localizer(this);
  readonly #place = new ReadingPlace(this, () => this.#scroller ?? undefined);
  readonly #older = new OlderPages(this, () => this.room);
  readonly #focus = new RovingFocus(this);
  readonly #pointed = new PointedAt(this);
  readonly #scenes = new Scenes();
  readonly #notices = new Notices(this, () => this.room);
  readonly #unread = new UnreadDivider(this, () => this.#seesEnd());

  /** The room whose messages these are. */
  room?: RoomHandle;

  /** The last message that was in view, for counting what came after it. */
  private seenSeq = 0;
  /** The message that a jump has just led to. */
  private found?: string;

  #view: RoomView | undefined;
  #scene!: Scene;
  #lastUnsent: string | undefined;
  #arriving = true;

  constructor() {
    super();
    new Follow(this, () => this.room);
    new PageClock(this, () => "minute");
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("room")) this.#startOver();
    this.#view = this.room?.view();
    this.#scene = this.#scenes.of(this.#view, this.#words, this.#actions);
    if (this.#view) this.#followOwn(this.#view.messages);
    if (this.#place.following) this.seenSeq = lastSeq(this.#view);
  }

  protected override updated(): void {
    if (this.#arriving && this.#view && this.#view.messages.length > 0) this.#arrive();
    if (this.#view && this.#scroller) this.#older.fill(this.#scroller, this.#view);
    this.#unread.read(this.room, this.#view);
  }

  // Whoever comes back to more than fits on the screen begins where they left off.
  #arrive(): void {
    this.#arriving = false;
    if (this.renderRoot.querySelector(".new") && this.#place.startAt(UNREAD_KEY))
      this.seenSeq = (this.#view?.firstUnread ?? 1) - 1;
  }

  #startOver(): void {
    this.#arriving = true;
    this.#lastUnsent = undefined;
    this.#unread.forget();
    this.#older.forget();
    this.#place.toEnd();
  }

  // Whoever writes wants to see it, wherever they were reading.
  #followOwn(messages: readonly ViewMessage[]): void {
    const last = messages.at(-1);
    const unsent = last?.state === "pending" ? last.id : undefined;
    if (unsent !== undefined && unsent !== this.#lastUnsent) this.#place.toEnd();
    this.#lastUnsent = unsent;
  }

  #seesEnd(): boolean {
    return this.#place.following && !document.hidden;
  }

  readonly #actions: MessageActions = {
    // Whatever fails here says so beside its message, or changes nothing that was seen.
    retry: (message) => void this.room?.retry(message.id).catch(() => {}),
    discard: (message) => this.room?.discard(message.id),
    react: (message, emoji, on) => this.#act(message, (room) => room.react(message.seq, emoji, on)),
    delete: (message) => this.#act(message, (room) => room.delete(message.seq)),
    pin: (message, on) => this.#act(message, (room) => room.pin(message.seq, on)),
    reply: (message) => this.#begin({ kind: "reply", message }),
    edit: (message) => this.#begin({ kind: "edit", message }),
    show: (seq) => void this.show(seq),
    moderate: ({ by }) => this.dispatchEvent(new ModerateEvent(by)),
    open: (message, tools) => this.#openTools(keyOf(message), tools),
  };

  #act(message: ViewMessage, run: (room: RoomHandle) => Promise<unknown>): void {
    this.#openTools(keyOf(message), "usual");
    if (this.room) run(this.room).catch(() => {});
  }

  // The tool that was pressed is not there any more; what had the focus must not lose it to the page.
  #openTools(key: string, tools: Tools): void {
    this.#pointed.open(key, tools);
    void this.updateComplete.then(() => this.#focus.to(key, tools === "usual" ? "message" : "tools"));
  }

  #begin(task: Task): void {
    this.dispatchEvent(new TaskEvent(task));
  }

  /** Goes to a message, which is fetched if it is older than those held; false if there is none. */
  async show(seq: number): Promise<boolean> {
    const message = this.room && (await fetchMessage(this.room, seq).catch(() => undefined));
    if (!message) return false;
    this.found = keyOf(message);
    this.#place.jumpTo(this.found);
    await this.updateComplete;
    this.#focus.to(this.found, "message");
    return true;
  }

  readonly #onScroll = (): void => {
    this.#place.onScroll();
    if (this.#view && this.#scroller) this.#older.fill(this.#scroller, this.#view);
  };

  readonly #onFocusin = (event: FocusEvent): void => {
    this.#focus.onFocusin(event);
    this.#pointed.onFocusin(event);
  };

  /** Goes to the newest message and stays with what follows. */
  toEnd(): void {
    this.#place.toEnd();
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".scroller");
  }

  override render(): TemplateResult {
    const view = this.#view;
    const words = this.#words;
    return html`
      <div
        class="scroller"
        part="list"
        role="log"
        aria-live="off"
        aria-label=${words.term("messages")}
        aria-busy=${view === undefined || view.status === "joining"}
        @scroll=${this.#onScroll}
        @keydown=${this.#focus.onKeydown}
        @focusin=${this.#onFocusin}
        @pointerover=${this.#pointed.onPointer}
        @click=${this.#pointed.onPointer}
        @pointerleave=${this.#pointed.onLeave}
      >
        ${view && view.messages.length > 0 ? this.#list(view) : this.#nothingYet(view)}
      </div>
      ${this.#latest(view)}
    `;
  }

  #list(view: RoomView): TemplateResult {
    const items = listItems(view.messages, view.gaps, this.#unread.from(view), this.#notices.list);
    return html`<div class="column">
      ${this.#older.render(view, this.#words)}
      <div class="above"></div>
      <ol role="list">
        ${repeat(
          this.#place.slice(items),
          (item) => item.key,
          (item) => this.#row(item, view),
        )}
      </ol>
      <div class="below"></div>
    </div>`;
  }

  #row(item: ListItem, view: RoomView): unknown {
    const words = this.#words;
    switch (item.kind) {
      case "message":
        return this.#message(item, view);
      case "day":
        return html`<li class="day" part="day" data-key=${item.key}>
          <time datetime=${isoDay(item.at)}>${dayName(item.at, Date.now(), words.lang())}</time>
        </li>`;
      case "unread":
        return html`<li class="new" part="unread" data-key=${item.key}>
          <span>${words.term("newHere")}</span>
        </li>`;
      case "gap":
        return this.#gap(item.gap, item.key);
      case "notice":
        return noticeLine(item.notice, item.key, words);
      default:
        return item satisfies never;
    }
  }

  #message(item: MessageItem, view: RoomView): unknown {
    const { message, opens, closes, key } = item;
    const scene = this.#scene;
    const circumstances: Circumstances = {
      tools: this.#pointed.toolsOf(key),
      original: message.reply === undefined ? undefined : messageAt(view.messages, message.reply),
      isFound: key === this.found,
    };
    const { tools, original, isFound } = circumstances;
    return guard([message, opens, closes, scene, tools, original, isFound], () =>
      messageRow(item, scene, circumstances),
    );
  }

  #gap(gap: Gap, key: string): TemplateResult {
    return html`<li class="gap" part="gap" data-key=${key}>
      <span>${this.#words.term("gap")}</span>
      <button type="button" class="quiet" part="load-gap" @click=${() => void this.#older.loadGap(gap)}>
        ${this.#words.term("loadGap")}
      </button>
    </li>`;
  }

  #nothingYet(view: RoomView | undefined): TemplateResult {
    if (view?.status === "live" || view?.status === "stale") {
      return html`<div class="empty" part="empty">
        <slot name="empty">${quietRoom(view, this.#words)}</slot>
      </div>`;
    }
    return html`<div class="skeleton" part="loading" role="img" aria-label=${this.#words.term("loading")}>
      ${SKELETON}
    </div>`;
  }

  #latest(view: RoomView | undefined): TemplateResult | typeof nothing {
    if (!view || this.#place.following || view.messages.length === 0) return nothing;
    const count = view.messages.filter((message) => isNews(message) && message.seq > this.seenSeq).length;
    const label = this.#words.term("toLatest");
    return html`<button
      type="button"
      class="latest ${count > 0 ? "counted" : ""}"
      part="latest"
      aria-label=${count > 0 ? `${this.#words.term("newMessages", count)}. ${label}` : label}
      @click=${() => this.toEnd()}
    >
      ${count > 0 ? html`<span>${this.#words.term("newMessages", count)}</span>` : nothing}${arrowDown}
    </button>`;
  }
}

const SKELETON = Array.from({ length: 5 }, () => html`<div class="bone"><span></span><i></i></div>`);

function lastSeq(view: RoomView | undefined): number {
  return view?.messages.findLast((message) => message.seq > 0)?.seq ?? 0;
}

function isoDay(at: number): string {
  const day = new Date(at);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((n) => String(n).padStart(2, "0"))
    .join("-");
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-messages": MessageList;
  }
}
