import type { ReactiveController, ReactiveControllerHost } from "lit";
import { holdRoom, identityKey, type HeldRoom, type Identity, type Whereabouts } from "./connections.ts";
import {
  ChatErrorEvent,
  ChatMessageEvent,
  ChatReadyEvent,
  ChatStatusEvent,
  ChatUnreadEvent,
} from "./events.ts";
import type { ChatStatus } from "./events.ts";
import { lineTrouble } from "./line-trouble.ts";
import { memoryLine } from "./memory-line.ts";
import { tellOwner } from "./owner-notes.ts";
import { paced } from "./paced.ts";
import { relayAddress } from "./relay-address.ts";
import type { ChatError, RoomView, ViewMessage } from "@natter/sdk";
import type { ChatHandle, RoomHandle } from "./handles.ts";

/** What the page asks for. `roomHandle` beats `client`, and `client` beats `relay` and the tokens. */
export interface Wish {
  room: string;
  relay: string | undefined;
  app: string | undefined;
  /** Where the room is: with a relay, or in the page's own memory. */
  transport: "relay" | "memory";
  identity: Identity;
  client: ChatHandle | undefined;
  roomHandle: RoomHandle | undefined;
}

/** What came of it: a room, or the reason why there is none. */
export type Outcome =
  { kind: "room"; room: RoomHandle; chat: ChatHandle | undefined } | { kind: "none"; why: string };

const UNWISHED = Symbol("nothing was wished for");
const NOTHING: Outcome = { kind: "none", why: "" };

/**
 * Joins the room its host wishes for, follows it while the host is on the page, and tells the page of what
 * happens through events. The one place where SDK and element meet.
 */
export class RoomController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #wish: () => Wish;
  readonly #onNews: (message: ViewMessage) => void;

  #outcome: Outcome = NOTHING;
  #why = "";
  #wishedFor: unknown[] = [UNWISHED];
  readonly #stops: (() => void)[] = [];
  #told: { status?: ChatStatus; unread: number; ready: boolean; error?: ChatError } = {
    unread: 0,
    ready: false,
  };

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    wish: () => Wish,
    onNews: (message: ViewMessage) => void,
  ) {
    this.#host = host;
    this.#wish = wish;
    this.#onNews = onNews;
    host.addController(this);
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  get room(): RoomHandle | undefined {
    return this.#outcome.kind === "room" ? this.#outcome.room : undefined;
  }

  get chat(): ChatHandle | undefined {
    return this.#outcome.kind === "room" ? this.#outcome.chat : undefined;
  }

  get view(): RoomView | undefined {
    return this.room?.view();
  }

  /** What the page's owner has to change, in a sentence; empty while nothing is wrong. */
  get why(): string {
    return this.#why;
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    if (!this.#host.isConnected) return;
    const wish = this.#wish();
    this.#fulfil(wish);
    this.#why = this.#findWhy(wish);
  }

  hostUpdated(): void {
    this.#tell();
  }

  hostDisconnected(): void {
    this.#leave();
  }

  #fulfil(wish: Wish): void {
    const { room, relay, app, transport, identity, client, roomHandle } = wish;
    const wishedFor = [room, relay, app, transport, identityKey(identity), client, roomHandle];
    if (wishedFor.every((part, at) => part === this.#wishedFor[at])) return;
    this.#leave();
    this.#wishedFor = wishedFor;
    this.#outcome = this.#find(wish);
    if (this.#outcome.kind === "room") this.#follow(this.#outcome.room, this.#outcome.chat);
  }

  #find({ room, relay, app, transport, identity, client, roomHandle }: Wish): Outcome {
    if (roomHandle) return { kind: "room", room: roomHandle, chat: client };
    if (room === "") return none("no-room", 'The attribute "room" is missing: <chat-room room="lobby">.');
    if (client) return { kind: "room", room: client.room(room), chat: client };
    if (transport === "memory") return this.#inMemory(identity, room);
    const address = relayAddress(relay);
    if (address === undefined) {
      return none("no-relay", 'Say where the relay is: <chat-room relay="https://relay.example">.');
    }
    return this.#hold({ relay: address, ...(app && { app }) }, identity, room);
  }

  #inMemory(identity: Identity, room: string): Outcome {
    const memory = memoryLine(() => this.#startOver());
    return memory ? this.#hold(memory, identity, room) : NOTHING;
  }

  #startOver(): void {
    this.#wishedFor = [UNWISHED];
    this.#host.requestUpdate();
  }

  #hold(where: Whereabouts, identity: Identity, room: string): Outcome {
    let held: HeldRoom;
    try {
      held = holdRoom(where, identity, room);
    } catch (error) {
      return none("failed", error instanceof Error ? error.message : String(error));
    }
    this.#stops.push(() => held.release());
    return { kind: "room", room: held.room, chat: held.chat };
  }

  #follow(room: RoomHandle, chat: ChatHandle | undefined): void {
    const changed = paced(() => this.#host.isConnected && this.#host.requestUpdate());
    this.#stops.push(
      room.subscribe(changed),
      room.on("message", (message) => this.#news(message)),
    );
    if (chat) this.#stops.push(chat.subscribe(changed));
  }

  #findWhy({ relay, identity, client, roomHandle }: Wish): string {
    const { outcome } = this;
    if (outcome.kind === "none") return outcome.why;
    const { room, chat } = outcome;
    const error = errorOf(chat, room.view());
    if (error) return isOwners(error) ? error.message : "";
    const address = client || roomHandle ? undefined : relayAddress(relay);
    if (address === undefined || !chat) return "";
    return lineTrouble(address, chat, identity.kind === "guest", () => this.#host.requestUpdate());
  }

  #news(message: ViewMessage): void {
    this.#host.dispatchEvent(new ChatMessageEvent(message));
    this.#onNews(message);
  }

  #leave(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#outcome = NOTHING;
    this.#wishedFor = [UNWISHED];
    this.#told = { unread: 0, ready: false };
  }

  #tell(): void {
    const view = this.view;
    if (!view) return;
    const host = this.#host;
    const told = this.#told;
    const status = statusOf(this.chat, view);
    if (status !== told.status) {
      told.status = status;
      host.dispatchEvent(new ChatStatusEvent(status));
    }
    if (view.status === "live" && !told.ready) {
      told.ready = true;
      host.dispatchEvent(new ChatReadyEvent(view.room));
    }
    if (view.unread !== told.unread) {
      told.unread = view.unread;
      host.dispatchEvent(new ChatUnreadEvent(view.unread));
    }
    const error = errorOf(this.chat, view);
    if (error && error !== told.error) {
      told.error = error;
      if (isOwners(error)) tellOwner(status === "removed" ? "removed" : "refused", error.message);
      host.dispatchEvent(new ChatErrorEvent(error));
    }
  }
}

/** The room's status where the line stands, and the line's where it does not. */
export function statusOf(chat: ChatHandle | undefined, view: RoomView): ChatStatus {
  return view.status === "live" || view.status === "removed"
    ? view.status
    : (chat?.state.status ?? view.status);
}

function errorOf(chat: ChatHandle | undefined, view: RoomView): ChatError | undefined {
  if (view.status === "removed") return view.error;
  return chat?.state.status === "refused" ? chat.state.error : undefined;
}

/** False for what moderators do, which the visitor is told of and the page's owner has no part in. */
function isOwners({ code }: ChatError): boolean {
  return code !== "kicked" && code !== "banned" && code !== "room-closed";
}

function none(note: "no-room" | "no-relay" | "failed", why: string): Outcome {
  tellOwner(note, why);
  return { kind: "none", why };
}
