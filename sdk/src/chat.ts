import { addressesOf } from "./addresses.ts";
import { ChatError } from "./chat-error.ts";
import { chatState, type ChatState } from "./chat-state.ts";
import { systemClock, type Clock } from "./clock.ts";
import { backoffMs } from "./connection/backoff.ts";
import { Connection } from "./connection/connection.ts";
import { Guest } from "./connection/guest.ts";
import { Tokens, type TokenSource } from "./connection/token.ts";
import type { WebSocketClass } from "./connection/transport.ts";
import type { User } from "./protocol/member.ts";
import { parseRoomName, type RoomName } from "./protocol/room-name.ts";
import { RoomCore } from "./room/core.ts";
import type { Link } from "./room/link.ts";
import type { ChatTypes } from "./room/room-events.ts";
import { Room } from "./room/room.ts";
import { safeStorage, type ChatStorage } from "./storage.ts";
import { Listeners } from "./subscribable.ts";

/** What `connect` takes. */
export interface ConnectOptions {
  /** The relay's address: http(s) or ws(s); the path of the socket is added. In a page it may be relative. */
  relay: string;
  /** A token, or a function that fetches one. Without it the user is a guest, where the relay allows guests. */
  token?: TokenSource;
  /** A guest's name, unless they have chosen one themselves with `rename`. */
  name?: string;
  /** The WebSocket class; in Node 20 that of the package `ws`. */
  WebSocket?: WebSocketClass;
  /** Fetches guests' tokens; `globalThis.fetch` if not given. */
  fetch?: typeof fetch;
  /** Where unsent messages and a guest's key live; localStorage where there is one, memory elsewhere. */
  storage?: ChatStorage;
  /** For tests. */
  clock?: Clock;
  /** For tests: a number from 0 to 1. */
  random?: () => number;
}

/**
 * A user's connection to a relay, and the rooms on it. Made by {@link connect}; it connects, stays connected and
 * comes back by itself until it is closed.
 */
export class Chat<T extends ChatTypes = ChatTypes> {
  readonly #options: ConnectOptions;
  readonly #relay: string;
  readonly #clock: Clock;
  readonly #storage: ChatStorage;
  readonly #tokens: Tokens;
  readonly #guest: Guest;
  readonly #connection: Connection;
  readonly #watchers = new Listeners<ChatState>();
  readonly #rooms = new Map<RoomName, { core: RoomCore; handle: Room<T> }>();
  #state: ChatState = { status: "idle" };
  #user: User | undefined;

  /** Use {@link connect}. */
  constructor(options: ConnectOptions) {
    const { http, socket } = addressesOf(options.relay);
    const { token, clock = systemClock, random = Math.random, name } = options;
    this.#options = options;
    this.#relay = http;
    this.#clock = clock;
    this.#storage = safeStorage(options.storage);
    this.#guest = new Guest({
      relay: http,
      storage: this.#storage,
      fetch: options.fetch ?? ((...request) => fetch(...request)),
      ...(name !== undefined && { name }),
    });
    this.#tokens = new Tokens(token ?? this.#guest.token, clock);
    const WebSocket = options.WebSocket ?? (globalThis.WebSocket as WebSocketClass | undefined);
    this.#connection = new Connection(
      { url: socket, WebSocket, tokens: this.#tokens, clock, random },
      {
        stateChanged: () => this.#stateChanged(),
        lineUp: () => this.#each((core) => core.lineUp()),
        welcomed: ({ user }) => this.#welcomed(user),
        renewed: () => this.#each((core) => core.attendance.refresh()),
        packet: (packet) => this.#rooms.get(packet.room)?.core.packet(packet),
        lineDown: () => this.#each((core) => core.lineDown()),
      },
    );
    this.#connection.start();
  }

  /** How the connection stands: the same object until it changes. */
  get state(): ChatState {
    return this.#state;
  }

  /** Who this user is, as the relay says; undefined until it has said so. */
  get user(): User | undefined {
    return this.#user;
  }

  /** Calls `listener` with the state whenever it changes, and not at once. Returns what stops it. */
  readonly subscribe = (listener: (state: ChatState) => void): (() => void) => this.#watchers.add(listener);

  /**
   * The room of that name: the same handle every time, also for another spelling of the same name, until that
   * handle is closed. It joins when it is first used.
   *
   * @throws {ChatError} `bad-room` for a text that is no room name, `closed` once this chat is closed.
   */
  room(name: string): Room<T> {
    const parsed = parseRoomName(name);
    if (!parsed.ok) throw new ChatError("bad-room", parsed.message);
    if (this.#state.status === "closed") throw new ChatError("closed", "This chat is closed.");
    return (this.#rooms.get(parsed.room) ?? this.#makeRoom(parsed.room)).handle;
  }

  /**
   * From now on tokens come from here. A live connection is renewed in place, or made anew if the token names
   * another user; one that was refused starts again.
   */
  setToken(token: TokenSource): void {
    this.#tokens.replace(token);
    this.#connection.tokenChanged();
    this.#each((core) => core.attendance.rejoin());
  }

  /**
   * Gives a guest another name, for good.
   *
   * @throws {ChatError} As a rejection, when the relay does not accept it, or this user is no guest.
   */
  async rename(name: string): Promise<void> {
    if (!this.#tokens.comeFrom(this.#guest.token)) {
      throw new ChatError("forbidden", "Only a guest can be renamed here; this user's name is in their token.");
    }
    const token = await this.#guest.rename(name);
    this.#user = this.#guest.user;
    this.#tokens.keep(token);
    this.#connection.tokenChanged();
  }

  /** Drops the line, if there is one, and connects now: also after a refusal, and without waiting. */
  reconnect(): void {
    this.#connection.restart();
    this.#each((core) => core.attendance.rejoin());
  }

  /** Closes the connection and all its rooms, for good. */
  close(): void {
    this.#each((core) => core.close());
    this.#connection.close();
  }

  #makeRoom(name: RoomName): { core: RoomCore; handle: Room<T> } {
    const core = new RoomCore({
      name,
      link: this.#link(),
      storage: this.#storage,
      relay: this.#relay,
      closed: () => this.#rooms.delete(name),
    });
    const room = { core, handle: new Room<T>(core) };
    this.#rooms.set(name, room);
    if (this.#connection.state.status === "open" && this.#user) core.welcomed(this.#user.id);
    return room;
  }

  #link(): Link {
    const connection = this.#connection;
    const chat = this;
    return {
      clock: this.#clock,
      get user() {
        return chat.#user;
      },
      get refusal() {
        return chat.#state.status === "refused" ? chat.#state.error : undefined;
      },
      get hasLine() {
        return connection.hasLine;
      },
      ask: (question, reply) => connection.ask(question, reply),
      send: (packet) => connection.send(packet),
      backoffMs: (attempt) => backoffMs(attempt, (this.#options.random ?? Math.random)()),
    };
  }

  #welcomed(user: User): void {
    this.#user = user;
    this.#each((core) => core.welcomed(user.id));
  }

  #stateChanged(): void {
    const before = this.#state;
    this.#state = chatState(this.#connection.state);
    if (before.status === "refused" || this.#state.status === "refused") this.#each((core) => core.changed());
    this.#watchers.tell(this.#state);
  }

  #each(run: (core: RoomCore) => void): void {
    for (const { core } of [...this.#rooms.values()]) run(core);
  }
}

/**
 * Connects to a relay.
 *
 * The parameter names what an application of its own adds: the data of its signals and messages.
 *
 * @throws {ChatError} `invalid`, when `relay` is no address. Everything else shows in `chat.state`.
 *
 * @example
 * const chat = connect<{ signals: { cursor: { x: number; y: number } } }>({
 *   relay: "https://relay.example",
 *   token: async () => (await fetch("/chat-token")).text(),
 * });
 * chat.room("lobby").signal("cursor", { x: 1, y: 2 });
 */
export function connect<T extends ChatTypes = ChatTypes>(options: ConnectOptions): Chat<T> {
  return new Chat<T>(options);
}
