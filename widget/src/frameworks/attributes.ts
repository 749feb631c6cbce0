import type { ChatRoom } from "../chat-room.ts";

/** What a template may say to `<chat-room>` in attributes, for the template languages that have types. */
export interface ChatRoomAttributes {
  /** Name of the room. */
  room?: string | undefined;
  /** Address of the relay; where the script came from when not set. */
  relay?: string | undefined;
  /** The app that the room is of, on a relay that serves several; a token names it itself. */
  app?: string | undefined;
  /** A token that says who the visitor is. Meant for trying out: prefer `token-url` or `getToken`. */
  token?: string | undefined;
  /** Address on the page's own site that answers a POST with a token. */
  "token-url"?: string | undefined;
  /** In the flow of the page, or behind a button in its corner. */
  layout?: ChatRoom["layout"] | undefined;
  /** Whether a bubble is open. */
  open?: boolean | undefined;
  /** Follows the page and the system, or stays light or dark. */
  theme?: ChatRoom["theme"] | undefined;
  /** Shows the room without a composer. */
  readonly?: boolean | undefined;
  /** What stands in the empty composer. */
  placeholder?: string | undefined;
  /** Plays a sound for new messages while the visitor looks elsewhere. */
  sound?: boolean | undefined;
  /** Which new messages a screen reader is told of. */
  announce?: ChatRoom["announce"] | undefined;
}

/** What no attribute can hold. */
export interface ChatRoomProperties {
  /** Called whenever a token is needed. */
  getToken?: ChatRoom["getToken"] | undefined;
  /** One of the page's own SDK clients, to be used instead. */
  client?: ChatRoom["client"];
  /** One of the page's own SDK rooms, to be shown instead. */
  roomHandle?: ChatRoom["roomHandle"];
}

/** The element's events by their names. */
export type ChatEventName = Extract<keyof GlobalEventHandlersEventMap, `chat-${string}`>;

/** Listeners as a template language spells them: its prefix, and the event's name. */
export type Listeners<Prefix extends string> = {
  [E in ChatEventName as `${Prefix}${E}`]?: (event: GlobalEventHandlersEventMap[E]) => void;
};

/** `chat-before-send` as a part of a name: `ChatBeforeSend`. */
export type Pascal<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<Name>;

/** Listeners as components spell them: `onChatBeforeSend`. */
export type ComponentListeners = {
  [E in ChatEventName as `on${Pascal<E>}`]?: (event: GlobalEventHandlersEventMap[E]) => void;
};
