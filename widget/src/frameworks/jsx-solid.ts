import type { JSX } from "solid-js";
import type { ChatRoom } from "../chat-room.ts";
import type { ChatRoomAttributes, ChatRoomProperties, Listeners } from "./attributes.ts";

/** `<chat-room>` in JSX for Solid: attributes, `prop:getToken` and the like, events as `on:chat-unread`. */
export type ChatRoomTag = Omit<JSX.HTMLAttributes<ChatRoom>, keyof ChatRoomAttributes> &
  ChatRoomAttributes & {
    [Name in keyof ChatRoomProperties as `prop:${Name}`]: ChatRoomProperties[Name];
  } & Listeners<"on:">;

declare module "solid-js" {
  // oxlint-disable-next-line typescript/no-namespace -- JSX is a namespace
  namespace JSX {
    interface IntrinsicElements {
      "chat-room": ChatRoomTag;
    }
  }
}
