export { connect, type Chat, type ChatState, type ConnectOptions } from "./chat.ts";
export { ChatError, Unauthorized, type ChatErrorCode } from "./chat-error.ts";
export { systemClock, type Clock } from "./clock.ts";
export type { TokenSource } from "./connection/token.ts";
export type { WebSocketClass, WebSocketLike } from "./connection/transport.ts";
export type { Room, ModerateOptions, PostOptions } from "./room/room.ts";
export type { ChatTypes, DataOf, RoomListeners, SignalOf, SignalsOf } from "./room/room-events.ts";
export type { Sent } from "./room/sender.ts";
export type { Gap, RoomStatus, RoomView, ViewMessage } from "./room/view.ts";
export { memoryStorage, type ChatStorage } from "./storage.ts";
export type {
  EventKind,
  Message,
  ModerationAction,
  Position,
  Reaction,
  RoomEvent,
  Settings,
} from "./protocol/log.ts";
export type { Author, Member, Person, User } from "./protocol/member.ts";
export type { Role, Verb } from "./protocol/roles.ts";
export type { RoomName } from "./protocol/room-name.ts";
