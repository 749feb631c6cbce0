import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { liveRegion } from "./announcer.ts";
import { chatRoomStyles } from "./chat-room.styles.ts";
import { Composer } from "./composer/composer.ts";
import type { NameChoice } from "./composer/naming.ts";
import { post } from "./composer/post.ts";
import type { TaskEvent } from "./composer/task.ts";
import type { Identity } from "./connections.ts";
import { CustomStates } from "./custom-states.ts";
import { defineOnce } from "./define.ts";
import { settingsButton } from "./moderation/settings-button.ts";
import { keepsRoom, type ModerateEvent, type Subject } from "./moderation/subject.ts";
import { Members } from "./members/members.ts";
import { MessageList } from "./message-list/message-list.ts";
import { quietRoom } from "./message-list/quiet-room.ts";
import { guestName } from "./guest-name.ts";
import { close } from "./icons.ts";
import type { Bubble } from "./launcher/bubble.ts";
import { tellNews, type Announce } from "./news.ts";
import { isOwnersMachine } from "./owner-notes.ts";
import { focused, OnDemand, whenIdle, whileBusy } from "./on-demand.ts";
import { PageScheme } from "./page-scheme.ts";
import { relayAddress } from "./relay-address.ts";
import { RoomController, type Outcome } from "./room-controller.ts";
import type { ChatState, RoomView, ViewMessage } from "@natter/sdk";
import type { ChatHandle, RoomHandle } from "./handles.ts";
import type * as Troubles from "./banner/trouble.ts";
import { Localizer } from "./strings/localizer.ts";
import { typingLine } from "./typing-line.ts";
import { VERSION } from "./version.ts";

/**
 * A chat room.
 *
 * ```html
 * <script type="module" src="https://relay.example/chat-room.js"></script>
 * <chat-room room="lobby"><a href="https://relay.example/r/lobby">Open the chat</a></chat-room>
 * ```
 *
 * @summary A chat room for any web page.
 *
 * @slot - shown instead of the room until this script has run, and where it never does
 * @slot header - replaces the bar above the messages
 * @slot empty - replaces what a room without messages says
 * @slot composer-actions - buttons of the page's own beside the send button
 *
 * @fires chat-ready - the room is joined and its newest messages are shown
 * @fires chat-status - the line or the room changed its state
 * @fires chat-message - somebody wrote a message
 * @fires chat-unread - the number of unread messages changed
 * @fires chat-before-send - the visitor is about to send; may be changed or prevented
 * @fires chat-error - something went wrong
 *
 * @csspart room - the whole room
 * @csspart header - the bar above the messages
 * @csspart title - the room's title
 * @csspart members - who is here
 * @csspart members-button - opens the list of people
 * @csspart members-list - everybody by name; also members-close, member, role
 * @csspart settings - the button that opens what can be set about the room
 * @csspart dialog - the window in which a moderator acts
 * @csspart trouble - what could not be done just now; also what went wrong below the composer
 * @csspart pins - the pinned message; also pin, pin-jump, pin-next, unpin
 * @csspart banner - where the connection is told of
 * @csspart notice - what is told of it
 * @csspart messages - everything that was said
 * @csspart list - the box that scrolls
 * @csspart message - one message; also own-message, other-message, bubble, own-bubble, other-bubble, text, avatar,
 * byline, author, time, edited, pending, failed, retry, discard
 * @csspart day - a date between messages
 * @csspart unread - the line above the first unread message
 * @csspart event - a quiet line about what a moderator did
 * @csspart gap - a place where messages may be missing; also load-gap
 * @csspart latest - the button that leads to the newest message
 * @csspart empty - a room without messages
 * @csspart typing - who is typing
 * @csspart launcher - the button in the corner; also launcher-button, launcher-badge
 * @csspart panel - what it opens
 * @csspart close - the button that closes it
 * @csspart shut-out - what stands here when the visitor was taken out of the room; also come-back
 * @csspart composer - where the visitor writes; also field, input, choices, choice, send, name-field,
 * name-input, counter, pause, note
 * @csspart unavailable - what stands here when there is no room to show
 *
 * @cssproperty [--chat-accent=#0b6e75] - the one colour that everything else is derived from
 * @cssproperty --chat-surface - what the room is painted on
 * @cssproperty --chat-ink - text
 * @cssproperty --chat-muted - times, hints, placeholders
 * @cssproperty --chat-line - hairlines and borders
 * @cssproperty --chat-bubble - messages of others
 * @cssproperty --chat-own - messages of the visitor
 * @cssproperty --chat-danger - what failed
 * @cssproperty --chat-warning - what waits
 * @cssproperty [--chat-font=inherit] - the font family
 * @cssproperty [--chat-font-size=0.9375em] - the size of messages
 * @cssproperty [--chat-space=4px] - the unit of all distances
 * @cssproperty [--chat-radius=16px] - roundness of the room and of bubbles
 * @cssproperty --chat-border - the outer border
 * @cssproperty [--chat-height=32em] - the height of an inline room
 * @cssproperty [--chat-width=25em] - the width of a bubble's panel
 * @cssproperty [--chat-inset=20px] - the distance of a bubble from the corner
 * @cssproperty [--chat-column=46em] - the width at which messages stop growing
 *
 * @cssstate live - every message arrives
 * @cssstate connecting - on the way there
 * @cssstate offline - no line just now
 * @cssstate refused - no line, and trying again would not help
 * @cssstate removed - the visitor was taken out of the room
 * @cssstate empty - nobody has said anything yet
 * @cssstate unread - there are unread messages
 */
export class ChatRoom extends LitElement {
  /** The version of the package, for telling two copies on one page apart. */
  static readonly version = VERSION;

  static override properties = {
    room: {},
    relay: {},
    app: {},
    transport: {},
    token: {},
    tokenUrl: { attribute: "token-url" },
    getToken: { attribute: false },
    layout: { reflect: true },
    opened: { type: Boolean, reflect: true, attribute: "open" },
    theme: { reflect: true },
    readonly: { type: Boolean, reflect: true },
    placeholder: {},
    sound: { type: Boolean, reflect: true },
    announce: {},
    client: { attribute: false },
    roomHandle: { attribute: false },
    trouble: { state: true },
  };

  static override styles = chatRoomStyles;

  readonly #words = new Localizer(this);
  readonly #states = new CustomStates(this);
  readonly #controller = new RoomController(
    this,
    () => ({
      room: this.room,
      relay: this.relay,
      app: this.app,
      transport: this.transport,
      identity: identityOf(this),
      client: this.#givenClient,
      roomHandle: this.#givenRoom,
    }),
    (message) => this.#onNews(message),
  );
  #bubble: Bubble | undefined;
  /** Whether it was opened or closed before there was a bubble. */
  #turned: boolean | undefined;
  /** The state of line and room for which parts were fetched. */
  #seenState = "";

  /** Name of the room. */
  room = "";
  /** Address of the relay; where the script came from when not set. */
  relay?: string;
  /** The app that the room is of, on a relay that serves several; a token names it itself. */
  app?: string;
  /** Where the room is: with a relay, or, to try things out, in the page's own memory. */
  transport: "relay" | "memory" = "relay";
  /** A token that says who the visitor is. Meant for trying out: prefer `token-url` or `getToken`. */
  token?: string;
  /** Address on the page's own site that answers a POST with a token. */
  tokenUrl?: string;
  /** Called whenever a token is needed. */
  getToken?: () => Promise<string>;
  /** In the flow of the page, or behind a button in its corner. */
  layout: "inline" | "bubble" = "inline";
  /** Whether a bubble is open; the attribute `open`. */
  opened = false;
  /** Follows the page and the system, or stays light or dark. */
  theme: "auto" | "light" | "dark" = "auto";
  /** Shows the room without a composer. */
  readonly = false;
  /** What stands in the empty composer. */
  placeholder = "";
  /** Plays a sound for new messages while the visitor looks elsewhere. */
  sound = false;
  /** Which new messages a screen reader is told of. */
  announce: Announce = "all";

  /** What could not be done just now, in words. */
  private trouble = "";

  #givenClient: ChatHandle | undefined;
  #givenRoom: RoomHandle | undefined;

  /** The SDK's client: the one in use, or one of the page's own to be used instead. */
  get client(): ChatHandle | undefined {
    return this.#givenClient ?? this.#controller.chat;
  }
  set client(client: ChatHandle | undefined) {
    this.#givenClient = client;
  }

  /** The SDK's room: the one in use, or one of the page's own to be shown instead. */
  get roomHandle(): RoomHandle | undefined {
    return this.#givenRoom ?? this.#controller.room;
  }
  set roomHandle(room: RoomHandle | undefined) {
    this.#givenRoom = room;
  }

  constructor() {
    super();
    new PageScheme(this);
    defineOnce("chat-messages", MessageList);
    defineOnce("chat-composer", Composer);
    defineOnce("chat-members", Members);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    liveRegion();
  }

  /** Moved with `moveBefore`, it stays as it is; only its language may be another one there. */
  connectedMoveCallback(): void {
    this.requestUpdate();
  }

  protected override willUpdate(): void {
    if (this.layout === "bubble") this.#dock();
  }

  #dock(): void {
    docking.expect();
    const part = docking.drawnIn(this);
    if (this.#bubble || !part) return;
    this.#bubble = new part.Bubble(
      this,
      () => this.#place(),
      () => this.#enter(),
      () => !this.#composer?.isBusy && !this.renderRoot.querySelector<MessageList>("chat-messages")?.isAsking,
    );
    if (this.#turned !== undefined) this.#bubble.turn(this.#turned);
    else if (this.#bubble.wasOpen) this.opened = true;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const { chat, view } = this.#controller;
    this.#states.show(chat?.state, view);
    if (!view) return;
    if (keepsRoom(view.can)) moderating.expect();
    if (view.pins.length > 0) pinning.expect();
    this.#foresee(chat?.state.status, view.status);
  }

  // What tells of a line that is lost has to be here before it is lost.
  #foresee(line: ChatState["status"] | undefined, room: RoomView["status"]): void {
    const state = `${line} ${room}`;
    if (state === this.#seenState) return;
    this.#seenState = state;
    if (room === "live") whenIdle(() => troubles.expect());
    else if (room === "removed" || line === "waiting" || line === "refused") void troubles.fetch();
  }

  #onNews(message: ViewMessage): void {
    const { announce, sound, layout, opened } = this;
    const isOpen = layout !== "bubble" || opened;
    tellNews(message, { isOpen, announce, sound, ownName: this.#controller.chat?.user?.name }, this.#words);
  }

  // A keyboard that comes up by itself hides the very messages one came to read.
  #enter(): void {
    const touch = matchMedia("(pointer: coarse)").matches;
    const composer = this.#composer;
    if (touch || !composer) this.renderRoot.querySelector<HTMLElement>(".panel")?.focus();
    // It may have been made a moment ago, together with the panel.
    else void composer.updateComplete.then(() => composer.focus());
  }

  /** Names this room among others for what is kept of it in the browser. */
  #place(room = this.room): string {
    return `${relayAddress(this.relay) ?? ""} ${this.app ? `${this.app}\n` : ""}${room}`;
  }

  /** Opens a bubble and moves the focus into it. A framework that sets properties may set it to true or false. */
  get open(): () => void {
    return this.#open;
  }
  set open(open: boolean) {
    this.opened = open;
  }

  readonly #open = (): void => this.#turn(true);

  /** Closes a bubble and gives the focus back. */
  close(): void {
    this.#turn(false);
  }

  /** Opens or closes a bubble. */
  toggle(): void {
    this.#turn(!this.opened);
  }

  #turn(open: boolean): void {
    if (this.#bubble) return this.#bubble.turn(open);
    this.#turned = open;
    this.opened = open;
  }

  /** Puts the cursor into the composer. */
  override focus(options?: FocusOptions): void {
    this.#composer?.focus(options);
  }

  /** Sends a message as the visitor. Listeners of `chat-before-send` are asked first. */
  send(text: string): boolean {
    const room = this.#controller.room;
    return room !== undefined && post(this, room, text, {}) !== undefined;
  }

  get #composer(): Composer | null {
    return this.renderRoot.querySelector<Composer>("chat-composer");
  }

  override render(): TemplateResult {
    const outcome = this.#controller.outcome;
    if (this.layout !== "bubble") return this.#face(outcome);
    // Where the button in the corner cannot be had there is what stands between the tags.
    if (!this.#bubble) return docking.hasFailed ? html`<slot></slot>` : html``;
    const view = this.#controller.view;
    return this.#bubble.render({
      label: this.#words.term("chat", titleOf(view) ?? this.room),
      unread: view?.unread ?? 0,
      open: this.opened,
      room: this.#face(outcome),
    });
  }

  #face(outcome: Outcome): TemplateResult {
    if (outcome.kind === "none") return this.#unavailable(outcome.why);
    const { room, chat } = outcome;
    const view = room.view();
    const title = titleOf(view) ?? this.room;
    // Before there was anything to read, the refusal stands in the place of it all.
    const refusal =
      chat?.state.status === "refused" && view.status === "joining" ? chat.state.error : undefined;
    return html`<section
      class="room"
      part="room"
      aria-label=${this.#words.term("chat", title)}
      @natter-task=${this.#onTask}
      @natter-moderate=${this.#onModerate}
    >
      <slot name="header">
        <header class="header" part="header">
          <h2 class="title" part="title" dir="auto">${title}</h2>
          <chat-members
            part="members"
            exportparts="button: members-button, list: members-list, close: members-close, face, count, member, role, avatar"
            .room=${room}
            .chat=${chat}
          ></chat-members>
          ${settingsButton(view.can, this.#words)} ${this.layout === "bubble" ? this.#closeButton() : nothing}
        </header>
      </slot>
      ${this.trouble ? html`<p class="trouble" part="trouble" role="alert">${this.trouble}</p>` : nothing}
      <chat-banner
        part="banner"
        exportparts="notice, reconnect, why"
        .room=${room}
        .chat=${refusal ? undefined : chat}
        .why=${isOwnersMachine() ? this.#controller.why : ""}
      ></chat-banner>
      ${
        refusal || view.status === "removed"
          ? this.#instead((part) =>
              refusal ? part.notLetIn(refusal, this.#words) : part.shutOut(room, this.#words),
            )
          : this.#conversation(room, chat, view)
      }
      <chat-moderation exportparts="dialog" .room=${room}></chat-moderation>
    </section>`;
  }

  /** What stands in the place of a conversation; it is fetched when it is needed at last. */
  #instead(draw: (part: typeof Troubles) => TemplateResult): unknown {
    troubles.expect();
    const part = troubles.drawnIn(this);
    if (part) return draw(part);
    return troubles.hasFailed ? html`<p class="trouble">${this.#words.term("unavailable")}</p>` : nothing;
  }

  readonly #onModerate = ({ subject }: ModerateEvent): void => void this.#moderate(subject);

  async #moderate(subject: Subject): Promise<void> {
    this.trouble = "";
    if (!(await whileBusy(focused(), moderating.fetch()))) this.trouble = this.#words.term("notLoaded");
    await this.renderRoot.querySelector("chat-moderation")?.show?.(subject);
  }

  readonly #show = (seq: number): Promise<boolean> =>
    this.renderRoot.querySelector<MessageList>("chat-messages")?.show(seq) ?? Promise.resolve(false);

  readonly #onTask = (event: TaskEvent): void => this.#composer?.begin(event.task);

  #closeButton(): TemplateResult {
    const label = this.#words.term("closeChat");
    return html`<button
      type="button"
      class="close"
      part="close"
      aria-label=${label}
      title=${label}
      @click=${() => this.close()}
    >
      ${close}
    </button>`;
  }

  #conversation(room: RoomHandle, chat: ChatHandle | undefined, view: RoomView): TemplateResult {
    return html`<chat-pins
        part="pins"
        exportparts="bar: pin, jump: pin-jump, next: pin-next, unpin"
        .room=${room}
        .show=${this.#show}
      ></chat-pins>
      <chat-messages
        part="messages"
        exportparts=${MESSAGE_PARTS}
        .room=${room}
        .place=${this.#place()}
        .ownName=${chat?.user?.name}
      >
        <slot name="empty" slot="empty">${quietRoom(view, this.#words)}</slot>
      </chat-messages>
      ${typingLine(view.typing, this.#words)}
      ${
        this.readonly
          ? nothing
          : html`<chat-composer
              part="composer"
              exportparts=${COMPOSER_PARTS}
              .room=${room}
              .userId=${chat?.user?.id}
              .naming=${this.#naming(chat)}
              .placeholder=${this.placeholder}
              .place=${this.#place(view.room)}
            >
              <slot name="composer-actions" slot="actions"></slot>
            </chat-composer>`
      }`;
  }

  #unavailable(why: string): TemplateResult {
    return html`<section class="room" part="room unavailable">
      ${why === "" ? nothing : this.#instead((part) => part.unavailable(this.#words, isOwnersMachine() ? why : ""))}
    </section>`;
  }

  #naming(chat: ChatHandle | undefined): NameChoice | undefined {
    const relay = relayAddress(this.relay);
    if (!chat || relay === undefined || identityOf(this).kind !== "guest" || this.#givenClient)
      return undefined;
    return guestName(chat, relay);
  }
}

const moderating = new OnDemand(
  () => import("./moderation/moderation.ts"),
  ({ Moderation }) => defineOnce("chat-moderation", Moderation),
);
const pinning = new OnDemand(
  () => import("./pins/pins.ts"),
  ({ Pins }) => defineOnce("chat-pins", Pins),
);
const troubles = new OnDemand(
  () => import("./banner/trouble.ts"),
  ({ Banner }) => defineOnce("chat-banner", Banner),
);
const docking = new OnDemand(
  () => import("./launcher/corner.ts"),
  ({ Launcher }) => defineOnce("chat-launcher", Launcher),
);

function titleOf(view: RoomView | undefined): string | undefined {
  return view?.settings.title ?? view?.room;
}

const MESSAGE_PARTS = [
  "list, message, own-message, other-message, avatar, byline, author, time, bubble, own-bubble, other-bubble",
  "text, mention, link-host, quote, reactions, reaction, tools, tool, edited, pending, failed, retry, discard, day, unread, event, gap, load-gap, older, latest, empty, loading",
].join(", ");

const COMPOSER_PARTS =
  "form, field, input, choices, choice, send, task, cancel, name-field, name-input, counter, trouble, pause, note";

function identityOf({ getToken, tokenUrl, token }: ChatRoom): Identity {
  if (getToken) return { kind: "get-token", getToken };
  if (tokenUrl) return { kind: "token-url", url: new URL(tokenUrl, document.baseURI).href };
  return token ? { kind: "token", token } : { kind: "guest" };
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-room": ChatRoom;
  }
}
