import { relayAddress } from "./relay-address.ts";
import { ChatError } from "./chat-error.ts";
import { systemClock, type Clock } from "./clock.ts";
import { makeConnection } from "./connection/connection.ts";
import { makeGuest } from "./connection/guest.ts";
import { makeTokens, type TokenSource } from "./connection/token.ts";
import type { WebSocketClass } from "./connection/transport.ts";
import type { User } from "./protocol/member.ts";
import type { RoomName } from "./protocol/room-name.ts";
import { SOCKET_PATH } from "./protocol/version.ts";
import { makeRoom, type RoomInlet } from "./room/make-room.ts";
import type { ChatTypes } from "./room/room-events.ts";
import type { Room } from "./room/room.ts";
import { safeStorage, type ChatStorage } from "./storage.ts";
import { makeEmitter } from "./subscribable.ts";

/** What `connect` takes. */
export interface ConnectOptions {
  /** The relay's address: http(s) or ws(s); the path of the socket is added. In a page it may be relative. */
  relay: string;
  /** The app, on a relay that serves several: needed for guests; a token names its app itself (`aud`). */
  app?: string;
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
 * How a chat's connection stands.
 *
 * - `idle`: made, and not started;
 * - `connecting`: a token is fetched, a line is made, the relay is greeted. `attempt` counts from 0 the tries
 *   that failed before;
 * - `open`: the relay has said welcome;
 * - `waiting`: no line; the next try is at `retryAt` (ms since 1970), or sooner when the device comes online or
 *   the page becomes visible. `error` is why;
 * - `refused`: trying again would end the same way. `setToken` or `reconnect` lead out;
 * - `closed`: over, by `close`.
 */
export type ChatState =
  | { readonly status: "idle" }
  | { readonly status: "connecting"; readonly attempt: number }
  | { readonly status: "open" }
  | {
      readonly status: "waiting";
      readonly attempt: number;
      readonly retryAt: number;
      readonly error?: ChatError;
    }
  | { readonly status: "refused"; readonly error: ChatError }
  | { readonly status: "closed" };

/**
 * A user's connection to a relay, and the rooms on it. Made by {@link connect}; it connects, stays connected and
 * comes back by itself until it is closed.
 */
export interface Chat<T extends ChatTypes = ChatTypes> {
  /** How the connection stands: the same object until it changes. */
  readonly state: ChatState;

  /** Who this user is, as the relay says; undefined until it has said so. */
  readonly user: User | undefined;

  /** Calls `listener` with the state whenever it changes, and not at once. Returns what stops it. */
  subscribe(this: void, listener: (state: ChatState) => void): () => void;

  /**
   * The room of that name: the same handle every time, also for another spelling of the same name, until that
   * handle is closed. It joins when it is first used; what is no room name is refused by the relay then.
   *
   * @throws {ChatError} `closed` once this chat is closed.
   */
  room(name: string): Room<T>;

  /**
   * From now on tokens come from here. A live connection is renewed in place, or made anew if the token names
   * another user; one that was refused starts again.
   */
  setToken(token: TokenSource): void;

  /**
   * Gives a guest another name, for good. Rejects with `ChatError` when the relay does not accept it, or this
   * user is no guest.
   */
  rename(name: string): Promise<void>;

  /** Drops the line, if there is one, and connects now: also after a refusal, and without waiting. */
  reconnect(): void;

  /** Closes the connection and all its rooms, for good. */
  close(): void;
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
  const { token, app, clock = systemClock, random = Math.random, WebSocket = globalThis.WebSocket } = options;
  const relay = relayAddress(options.relay);
  const ofApp = app ? `?app=${encodeURIComponent(app)}` : "";
  const storage = safeStorage(options.storage);
  const guest = makeGuest(
    `${relay}/v1/guest${ofApp}`,
    storage,
    options.fetch ?? ((...request) => fetch(...request)),
    options.name,
  );
  const tokens = makeTokens(token ?? guest.token, clock);
  const emitter = makeEmitter<{ state: ChatState }>();
  const rooms = new Map<RoomName, RoomInlet<T>>();
  let isGuest = token === undefined;

  const each = (run: (room: RoomInlet<T>) => void): void => [...rooms.values()].forEach(run);
  const connection = makeConnection(
    { url: relay.replace("http", "ws") + SOCKET_PATH + ofApp, WebSocket, tokens, clock, random },
    {
      news(news) {
        each((room) => room.hear(news));
        if (news === "state") emitter.emit("state", connection.state);
      },
      packet: (packet) => rooms.get(packet.room)?.packet(packet),
    },
  );
  const openRoom = (name: RoomName): RoomInlet<T> => {
    if (connection.state.status === "closed") throw new ChatError("closed", "This chat is closed.");
    const room = makeRoom<T>({
      name,
      // Two apps can have rooms of one name: what is unsent in one must not be sent to the other.
      relay: relay + ofApp,
      storage,
      link: connection,
      closed: () => rooms.delete(name),
    });
    rooms.set(name, room);
    room.hear("welcome");
    return room;
  };

  connection.dispatch({ type: "go" });
  return {
    get state() {
      return connection.state;
    },
    get user() {
      return connection.user;
    },
    subscribe: (listener) => emitter.on("state", listener),
    room(name) {
      const spelling = name.normalize() as RoomName;
      return (rooms.get(spelling) ?? openRoom(spelling)).handle;
    },
    setToken(source) {
      isGuest = false;
      tokens.replace(source);
      connection.dispatch({ type: "new-token" });
    },
    async rename(name) {
      if (!isGuest) throw new ChatError("forbidden", "Only guests choose their name here.");
      const pass = await guest.rename(name);
      connection.user = pass.user;
      tokens.replace(guest.token, pass.token);
      connection.dispatch({ type: "new-token" });
    },
    reconnect: () => connection.dispatch({ type: "go" }),
    close() {
      each((room) => room.handle.close());
      connection.dispatch({ type: "close" });
    },
  };
}
