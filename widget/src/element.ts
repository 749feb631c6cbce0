/** The class alone: importing it defines nothing. Its parts are defined when the first room is made. */
export { ChatRoom } from "./chat-room.ts";
export {
  ChatBeforeSendEvent,
  ChatErrorEvent,
  ChatMessageEvent,
  ChatReadyEvent,
  ChatStatusEvent,
  ChatUnreadEvent,
  type ChatStatus,
} from "./events.ts";
export { addLanguage } from "./strings/localizer.ts";
export type { RoomStrings } from "./strings/strings.ts";
