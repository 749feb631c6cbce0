import type { DefineComponent } from "vue";
import type { ChatRoomAttributes, ChatRoomProperties, ComponentListeners } from "./attributes.ts";

/** `<chat-room>` in the templates of Vue: attributes, `.getToken` and the like, events as `@chat-unread`. */
export type ChatRoomTag = DefineComponent<ChatRoomAttributes & ChatRoomProperties & ComponentListeners>;

declare module "vue" {
  interface GlobalComponents {
    "chat-room": ChatRoomTag;
    ChatRoom: ChatRoomTag;
  }
}
