import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { TaskEvent, type Task } from "../composer/task.ts";
import { Follow } from "../follow.ts";
import type { MessageActions, Tools } from "../message/actions.ts";
import { messageRow, type Circumstances, type Scene } from "../message/message.ts";
import { Notices } from "../moderation/notices.ts";
import { ModerateEvent } from "../moderation/subject.ts";
import { OnDemand } from "../on-demand.ts";
import { PageClock } from "../page-clock.ts";
import type { RoomView, ViewMessage } from "@natter/sdk";
import type { RoomHandle } from "../handles.ts";
import { Localizer } from "../strings/localizer.ts";
import { Arrival } from "./arrival.ts";
import { between } from "./between.ts";
import { keyOf, listItems, type Made, type MessageItem } from "./items.ts";
import { messageAt } from "./jump.ts";
import { Jumps } from "./jumps.ts";
import type { PlaceLeft } from "./kept-place.ts";
import { latest } from "./latest.ts";
import { messageListStyles } from "./message-list.styles.ts";
import { nothingYet } from "./nothing-yet.ts";
import { OlderPages } from "./older-pages.ts";
import { PointedAt } from "./pointed-at.ts";
import { Reactors } from "./reactors.ts";
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
    place: { attribute: false },
    ownName: { attribute: false },
    seenSeq: { state: true },
  };

  static override styles = messageListStyles;

  readonly #words = new Localizer(this);
  readonly #place = new ReadingPlace(this, () => this.#scroller ?? undefined);
  readonly #older = new OlderPages(this, () => this.room);
  readonly #focus = new RovingFocus(this, (edge) => void this.#jumps.toEdge(edge, this.#made?.items));
  readonly #pointed = new PointedAt(this);
  readonly #scenes = new Scenes();
  readonly #notices = new Notices(this, () => this.room);
  readonly #reactors = new Reactors(this, () => this.room);
  readonly #unread = new UnreadDivider(this, () => this.#seesEnd());
  readonly #arrival = new Arrival(
    this,
    this.#place,
    () => this.place,
    () => this.#placeNow(),
  );
  readonly #jumps = new Jumps(this, {
    room: () => this.room,
    place: this.#place,
    focus: this.#focus,
    words: this.#words,
  });

  /** The room whose messages these are. */
  room?: RoomHandle;
  /** Names the room among others, for keeping where the visitor reads; nothing is kept without. */
  place = "";
  /** The visitor's own name, to show where it is called. */
  ownName?: string;

  /** The last message that was in view, for counting what came after it. */
  private seenSeq = 0;
  #view: RoomView | undefined;
  #made: Made | undefined;
  #lastUnsent: string | undefined;

  constructor() {
    super();
    new Follow(this, () => this.room);
    new PageClock(this, () => "minute");
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("room")) this.#startOver();
    this.#view = this.room?.view();
    if (this.#view) this.#followOwn(this.#view.messages);
    if (this.#place.following) this.seenSeq = lastSeq(this.#view);
  }

  protected override updated(): void {
    const view = this.#view;
    // In a room without messages one has arrived, too: what is said then is said before one's eyes.
    if (this.room && (lastSeq(view) > 0 || view?.status === "live")) this.#arrive(this.room);
    if (view && this.#scroller) this.#older.fill(this.#scroller, view);
    this.#unread.read(this.room, view);
  }

  #arrive(room: RoomHandle): void {
    const isStill = (): boolean => room === this.room;
    void this.#arrival.arrive(room, isStill, () => (this.seenSeq = (this.#view?.firstUnread ?? 1) - 1));
  }

  #startOver(): void {
    this.#arrival.startOver();
    this.#lastUnsent = undefined;
    this.#made = undefined;
    this.#jumps.forget();
    this.#scenes.forget();
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
    return this.#place.following && this.#arrival.isOver && !document.hidden;
  }

  #placeNow(): PlaceLeft | undefined {
    const { key, topPx = 0 } = this.#place.standing ?? {};
    const item = this.#made?.items.find((one) => one.key === key);
    return item?.kind === "message" && item.message.seq > 0 ? { seq: item.message.seq, topPx } : undefined;
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
    show: (seq) => void this.#jumps.show(seq),
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
    this.#pointed.open("", "none");
    this.dispatchEvent(new TaskEvent(task));
  }

  /** Goes to a message, which is fetched if it is older than those held; false, and said so, if there is none. */
  show(seq: number): Promise<boolean> {
    return this.#jumps.show(seq);
  }

  readonly #onScroll = (): void => {
    this.#place.onScroll();
    if (this.#view && this.#scroller) this.#older.fill(this.#scroller, this.#view);
  };

  readonly #onPointer = (event: PointerEvent): void => {
    this.#needTools(event.type === "click");
    this.#pointed.onPointer(event);
  };

  // A mouse passes over messages without wanting anything of them; who presses or moves the focus does.
  #needTools(isMeant: boolean): void {
    if (isMeant) void closeUps.fetch();
    else closeUps.expect();
  }

  readonly #onFocusin = (event: FocusEvent): void => {
    this.#needTools(true);
    this.#focus.onFocusin(event);
    this.#pointed.onFocusin(event);
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const { asking } = this.#pointed;
    if (event.key !== "Escape" || asking === undefined) return this.#focus.onKeydown(event);
    event.stopPropagation();
    this.#openTools(asking, "usual");
  };

  /** True while Escape has something to put away here. */
  get isAsking(): boolean {
    return this.#pointed.asking !== undefined;
  }

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
    const isFilled = view !== undefined && view.messages.length > 0;
    return html`
      <div
        class="scroller"
        part="list"
        role="log"
        aria-live="off"
        aria-label=${words.term("messages")}
        aria-busy=${view === undefined || view.status === "joining"}
        @scroll=${this.#onScroll}
        @keydown=${this.#onKeydown}
        @focusin=${this.#onFocusin}
        @pointerover=${this.#onPointer}
        @click=${this.#onPointer}
        @pointerleave=${this.#pointed.onLeave}
      >
        ${isFilled ? this.#list(view) : nothingYet(view, words)}
      </div>
      ${isFilled && !this.#place.following ? latest(view.messages, this.seenSeq, words, () => this.toEnd()) : nothing}
    `;
  }

  #list(view: RoomView): TemplateResult {
    const { messages, gaps } = view;
    const notices = this.#notices.list;
    this.#made = listItems({ messages, gaps, unreadFrom: this.#unread.from(view), notices }, this.#made);
    const drawn = this.#place.slice(this.#made.items);
    const authors = drawn.flatMap((item) => (item.kind === "message" ? item.message.by.name : []));
    const scene = this.#scenes.of(view, this.ownName, authors, this.#words, this.#actions);
    return html`<div class="column">
      ${this.#older.render(view, this.#words)}
      <div class="above"></div>
      <ol role="list">
        ${repeat(
          drawn,
          (item) => item.key,
          (item) =>
            item.kind === "message"
              ? this.#message(item, scene, view)
              : between(item, this.#words, (gap) => void this.#older.loadGap(gap)),
        )}
      </ol>
      <div class="below"></div>
    </div>`;
  }

  #message(item: MessageItem, scene: Scene, view: RoomView): unknown {
    const { message, opens, closes, key } = item;
    const { seq, reply } = message;
    const tools = this.#pointed.toolsOf(key);
    const closeUp = tools === "none" ? undefined : closeUps.drawnIn(this);
    const circumstances: Circumstances = {
      tools,
      closeUp,
      original: reply === undefined ? undefined : messageAt(view.messages, reply),
      sought: reply === undefined ? undefined : this.#jumps.soughtAs(reply),
      isFound: this.#jumps.hasFound(key),
      reactors: (emoji) => this.#reactors.of(seq, emoji),
    };
    const { original, sought, isFound } = circumstances;
    return guard([message, opens, closes, scene, tools, closeUp, original, sought, isFound], () =>
      messageRow(item, scene, circumstances),
    );
  }
}

const closeUps = new OnDemand(() => import("../message/toolbar.ts"));

function lastSeq(view: RoomView | undefined): number {
  return view?.messages.findLast((message) => message.seq > 0)?.seq ?? 0;
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-messages": MessageList;
  }
}
