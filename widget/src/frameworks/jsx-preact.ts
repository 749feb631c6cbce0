import type { HTMLAttributes } from "preact";
import type { ChatRoom } from "../chat-room.ts";
import type { ChatRoomAttributes, ChatRoomProperties, Listeners } from "./attributes.ts";

/** `<chat-room>` in JSX for Preact: properties where there are some, events as `onchat-unread`. */
export type ChatRoomTag = Omit<HTMLAttributes<ChatRoom>, keyof ChatRoomAttributes> &
  ChatRoomAttributes &
  ChatRoomProperties &
  Listeners<"on">;

declare module "preact" {
  // oxlint-disable-next-line typescript/no-namespace -- JSX is a namespace
  namespace JSX {
    interface IntrinsicElements {
      "chat-room": ChatRoomTag;
    }
  }
}
