import { fetchToken } from "./token-url.ts";
import { connect, type ConnectOptions } from "@natter/sdk";
import type { MemoryLine } from "./memory-line.ts";
import type { ChatHandle, RoomHandle } from "./handles.ts";

/**
 * Who the visitor is, as far as the page says: nobody (a guest), the bearer of a token, or whoever a function
 * or an address gives a token for.
 */
export type Identity =
  | { kind: "guest" }
  | { kind: "token"; token: string }
  | { kind: "token-url"; url: string }
  | { kind: "get-token"; getToken: () => Promise<string> };

/** A room in use. `release` says that it is not needed any more; calling it twice is harmless. */
export interface HeldRoom {
  chat: ChatHandle;
  room: RoomHandle;
  release(): void;
}

interface Held {
  chat: ChatHandle;
  rooms: Map<string, { room: RoomHandle; holders: number }>;
}

/** An element that is moved leaves the page and comes back in the same task; one that is navigated, a little later. */
const LINGER_MS = 1000;

const connections = new Map<string, Held>();
const functionKeys = new WeakMap<() => Promise<string>, number>();
let functions = 0;

/** Where a room is: a relay, and the app of it if the page names one; or the page's memory. */
export type Whereabouts = { relay: string; app?: string } | MemoryLine;

/**
 * Holds a room of a relay, or of the page's memory. Elements of one page with the same relay, app and identity share
 * one connection.
 */
export function holdRoom(where: Whereabouts, identity: Identity, name: string): HeldRoom {
  const key = JSON.stringify([where.relay, "app" in where && where.app, identityKey(identity)]);
  let held = connections.get(key);
  if (!held) {
    const chat = connect({ ...where, ...options(identity) });
    connections.set(key, (held = { chat, rooms: new Map() }));
  }
  const { chat, rooms } = held;
  const entry = rooms.get(name) ?? { room: chat.room(name), holders: 0 };
  rooms.set(name, entry);
  entry.holders++;

  let released = false;
  const letGo = (): void => {
    if (--entry.holders > 0) return;
    entry.room.close();
    rooms.delete(name);
    if (rooms.size > 0) return;
    chat.close();
    connections.delete(key);
  };
  return {
    chat,
    room: entry.room,
    release() {
      if (!released) setTimeout(letGo, LINGER_MS);
      released = true;
    },
  };
}

function options(identity: Identity): Pick<ConnectOptions, "token"> {
  switch (identity.kind) {
    case "guest":
      return {};
    case "token":
      return { token: identity.token };
    case "token-url":
      return { token: () => fetchToken(identity.url) };
    case "get-token":
      return { token: identity.getToken };
    default:
      return identity satisfies never;
  }
}

/** The same text for the same identity; never shown or stored, as it may contain a token. */
export function identityKey(identity: Identity): string {
  switch (identity.kind) {
    case "guest":
      return "guest";
    case "token":
      return `token ${identity.token}`;
    case "token-url":
      return `url ${identity.url}`;
    case "get-token":
      return `function ${functionKey(identity.getToken)}`;
    default:
      return identity satisfies never;
  }
}

function functionKey(getToken: () => Promise<string>): number {
  const known = functionKeys.get(getToken) ?? ++functions;
  functionKeys.set(getToken, known);
  return known;
}
