"use client";

import {
  createElement,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  type ForwardRefExoticComponent,
  type HTMLAttributes,
  type RefAttributes,
} from "react";
import "../index.ts";
import type { ChatRoom as ChatRoomElement } from "../chat-room.ts";
import type {
  ChatEventName,
  ChatRoomAttributes,
  ChatRoomProperties,
  ComponentListeners,
} from "./attributes.ts";

/** What `<ChatRoom>` takes: the element's attributes and properties, `onChatUnread` and the like, and children. */
export type ChatRoomProps = Omit<ChatRoomAttributes, "token-url"> &
  ChatRoomProperties &
  ComponentListeners & {
    /** Address on the page's own site that answers a POST with a token. */
    tokenUrl?: string | undefined;
  } & Omit<HTMLAttributes<ChatRoomElement>, keyof ChatRoomAttributes>;

/**
 * `<chat-room>` as a component, for React 18 and newer. What stands between its tags is shown until the script
 * has run; a `ref` gives the element, with its methods.
 *
 * ```tsx
 * <ChatRoom relay="https://relay.example" room="lobby" onChatUnread={(event) => setUnread(event.unread)} />
 * ```
 *
 * `open` may be given, and changed; when the visitor opens or closes a bubble, that stands until it is changed
 * again.
 */
export const ChatRoom: ForwardRefExoticComponent<ChatRoomProps & RefAttributes<ChatRoomElement>> = forwardRef(
  (props: ChatRoomProps, ref) => {
    const { attributes, properties, listeners } = sorted(props);
    const element = useRef<ChatRoomElement>(null);
    const latest = useRef(listeners);
    const given = useRef<Properties>({});

    useImperativeHandle(ref, () => element.current as ChatRoomElement, []);
    useEarlyEffect(() => {
      latest.current = listeners;
      if (element.current) assign(element.current, given.current, properties);
      given.current = properties;
    });
    useEarlyEffect(() => (element.current ? listen(element.current, latest) : undefined), []);
    return createElement("chat-room", { ...attributes, ref: element });
  },
);
ChatRoom.displayName = "ChatRoom";

// On a server there is nothing to lay out, and React 18 says so aloud.
const useEarlyEffect: typeof useEffect = typeof document === "undefined" ? useEffect : useLayoutEffect;

type Properties = Record<string, unknown>;
type Listener = (event: Event) => void;

/** What is set as a property, by the name of the prop: React 18 makes a text of whatever it makes an attribute. */
const PROPERTIES: Readonly<Record<string, string>> = {
  open: "opened",
  readonly: "readonly",
  sound: "sound",
  getToken: "getToken",
  client: "client",
  roomHandle: "roomHandle",
};

/** The props of the others, by the attribute they are. */
const ATTRIBUTES: Readonly<Record<string, string>> = { tokenUrl: "token-url", className: "class" };

const LISTENERS: Readonly<Record<keyof ComponentListeners, ChatEventName>> = {
  onChatReady: "chat-ready",
  onChatStatus: "chat-status",
  onChatMessage: "chat-message",
  onChatUnread: "chat-unread",
  onChatBeforeSend: "chat-before-send",
  onChatError: "chat-error",
};

function sorted(props: ChatRoomProps): {
  attributes: Properties;
  properties: Properties;
  listeners: Record<string, Listener>;
} {
  const attributes: Properties = {};
  const properties: Properties = {};
  const listeners: Record<string, Listener> = {};
  for (const [name, value] of Object.entries(props)) {
    const event = (LISTENERS as Record<string, string>)[name];
    if (event !== undefined) listeners[event] = value as Listener;
    else if (name in PROPERTIES) properties[PROPERTIES[name] ?? name] = value;
    else attributes[ATTRIBUTES[name] ?? name] = value;
  }
  return { attributes, properties, listeners };
}

/** Sets what has changed since the last time. What is no longer given goes back to what it is without. */
function assign(element: ChatRoomElement, before: Properties, now: Properties): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (before[name] === now[name]) continue;
    const isYesOrNo = typeof (now[name] ?? before[name]) === "boolean";
    Reflect.set(element, name, isYesOrNo ? now[name] === true : now[name]);
  }
}

/** One listener for each event, whichever function is to hear it by then. */
function listen(element: ChatRoomElement, latest: { current: Record<string, Listener> }): () => void {
  const tell = (event: Event): void => latest.current[event.type]?.(event);
  const names = Object.values(LISTENERS);
  for (const name of names) element.addEventListener(name, tell);
  return () => {
    for (const name of names) element.removeEventListener(name, tell);
  };
}
