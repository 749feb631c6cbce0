export { PROTOCOL_VERSION, SOCKET_PATH, SUBPROTOCOL } from "./version.ts";
export { LIMITS } from "./limits.ts";
export { ERRORS, isErrorCode, type ErrorCode } from "./errors.ts";
export { CLOSE_CODES, closeAction, type CloseAction, type CloseCode } from "./close-codes.ts";
export { parseRoomName, type RoomName, type RoomNameResult } from "./room-name.ts";
export { ROLES, VERBS, isRole, isVerb, type Role, type Verb } from "./roles.ts";
export { codePointLength, isWellFormed, userId } from "./fields.ts";
export type { Author, Member, Person, User } from "./member.ts";
export type {
  EventKind,
  Message,
  MessageEvent,
  ModerationAction,
  Position,
  Reaction,
  Restriction,
  RoomEvent,
  Settings,
} from "./log.ts";
export type { RestrictedUser } from "./moderation-packets.ts";
export {
  CLIENT_PACKETS,
  type ClientPacket,
  type ClientPacketOf,
  type ClientPacketType,
  type Request,
  type RequestType,
} from "./client-packets.ts";
export {
  RELAY_PACKETS,
  type HistoryResult,
  type JoinResult,
  type MembersResult,
  type RelayPacket,
  type RelayPacketOf,
  type RelayPacketType,
  type RestrictionsResult,
  type Results,
  type Stored,
} from "./relay-packets.ts";
export {
  decodeClientFrame,
  decodeRelayFrame,
  type BadPacket,
  type DecodedFrame,
  type DecodedPacket,
} from "./decode.ts";
export { HEARTBEAT, encodeFrame } from "./encode.ts";
export { AUDIT_ACTIONS, errorAnswer, type AuditAction } from "./http-bodies.ts";
export {
  HTTP_OPERATIONS,
  type AnswerOf,
  type BodyOf,
  type Fields,
  type HttpOperation,
  type OperationId,
  type PathParameter,
  type QueryOf,
} from "./http-operations.ts";
export { HTTP_STATUS } from "./http-status.ts";
