import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { ChatRoom } from "../chat-room.ts";
import type { ChatRoomAttributes, ChatRoomProperties, Listeners } from "./attributes.ts";

/** `<chat-room>` in JSX, as React 19 understands it: properties where there are some, events as `onchat-unread`. */
export type ChatRoomTag = Omit<
  DetailedHTMLProps<HTMLAttributes<ChatRoom>, ChatRoom>,
  keyof ChatRoomAttributes
> &
  ChatRoomAttributes &
  ChatRoomProperties &
  Listeners<"on"> & { class?: string };

declare module "react" {
  // oxlint-disable-next-line typescript/no-namespace -- JSX is a namespace
  namespace JSX {
    interface IntrinsicElements {
      "chat-room": ChatRoomTag;
    }
  }
}
