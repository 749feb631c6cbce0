import type * as v from "valibot";
import type { ErrorCode } from "./errors.ts";
import {
  appAnswer,
  auditAnswer,
  auditQuery,
  configureRequest,
  deletedRoom,
  deleteQuery,
  disconnected,
  editRequest,
  eventsAnswer,
  eventsQuery,
  forgotten,
  guestAnswer,
  guestRequest,
  membersAnswer,
  membersQuery,
  messagesAnswer,
  messagesQuery,
  moderateRequest,
  pinRequest,
  postRequest,
  restrictedRoomsAnswer,
  restrictionsAnswer,
  restrictionsQuery,
  revoked,
  revokeTokenRequest,
  roomAnswer,
  roomsAnswer,
  roomsQuery,
} from "./http-bodies.ts";
import { stored } from "./posting-packets.ts";
import type { Verb } from "./roles.ts";

/** A schema of an object, which queries and bodies are. */
export type Fields = v.ObjectSchema<v.ObjectEntries, undefined>;

/** What is asked for, in the address: a room's name, a message's place, a user's or a token's id. */
export type PathParameter = "room" | "seq" | "user" | "token";

/** One thing that can be asked for over HTTP. */
export interface HttpOperation {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With parameters in braces. */
  readonly path: string;
  readonly summary: string;
  /** `guest` where guests are allowed; `app-admin` is the role `admin` for all rooms (`"*"`). */
  readonly right: Verb | readonly Verb[] | "anybody" | "guest" | "app-admin";
  readonly query?: Fields;
  /** Read as JSON. With `isBodyOptional` there may be none. */
  readonly body?: Fields;
  readonly isBodyOptional?: true;
  /** What is answered, by status. */
  readonly answers: Readonly<Record<number, { readonly what: string; readonly body: v.GenericSchema }>>;
  /** Refusals beside those that everything may get. */
  readonly refusals?: readonly ErrorCode[];
}

const WRITE_REFUSALS = ["banned", "muted", "locked", "unavailable"] as const satisfies ErrorCode[];

const STORED = { what: "Stored now.", body: stored };
const REPEATED = { what: "Stored before, under the same id.", body: stored };

/**
 * The HTTP API: what the relay checks requests by, what its OpenAPI document is made of, and what `RelayApi`
 * calls.
 */
export const HTTP_OPERATIONS = {
  makeGuest: {
    method: "POST",
    path: "/v1/guest",
    summary: "A token for somebody without one.",
    right: "guest",
    body: guestRequest,
    isBodyOptional: true,
    answers: { 200: { what: "A guest.", body: guestAnswer } },
  },
  readApp: {
    method: "GET",
    path: "/v1/app",
    summary:
      "The app that the token is for, who the token speaks for, and how many are connected to this relay.",
    right: "app-admin",
    answers: { 200: { what: "The app.", body: appAnswer } },
  },
  listRooms: {
    method: "GET",
    path: "/v1/rooms",
    summary: "The rooms of the app that somebody has written to, by name.",
    right: "app-admin",
    query: roomsQuery,
    answers: { 200: { what: "A page of rooms.", body: roomsAnswer } },
    refusals: ["unavailable"],
  },
  readRoom: {
    method: "GET",
    path: "/v1/rooms/{room}",
    summary: "Where a room stands. A room that nobody has written to stands at 0.",
    right: "read",
    answers: { 200: { what: "The room.", body: roomAnswer } },
    refusals: ["banned", "unavailable"],
  },
  configureRoom: {
    method: "PATCH",
    path: "/v1/rooms/{room}",
    summary: "Changes a room's settings; what is not named stays.",
    right: "configure",
    body: configureRequest,
    answers: { 200: { what: "Stored, now or before.", body: stored } },
    refusals: ["banned", "unavailable"],
  },
  deleteRoom: {
    method: "DELETE",
    path: "/v1/rooms/{room}",
    summary:
      "Erases a room: everybody in it is told `left` with `room-closed`, and who comes finds a new one.",
    right: "admin",
    answers: { 200: { what: "It is deleted.", body: deletedRoom } },
    refusals: ["unavailable"],
  },
  listMessages: {
    method: "GET",
    path: "/v1/rooms/{room}/messages",
    summary: "A page of messages: the newest, or those before a place.",
    right: "read",
    query: messagesQuery,
    answers: { 200: { what: "A page of messages, oldest first.", body: messagesAnswer } },
    refusals: ["banned", "unavailable"],
  },
  postMessage: {
    method: "POST",
    path: "/v1/rooms/{room}/messages",
    summary: "Writes a message, once for each `id`; admins also in another's name.",
    right: "post",
    body: postRequest,
    answers: { 201: STORED, 200: REPEATED },
    refusals: [...WRITE_REFUSALS, "slow-mode", "not-found", "too-large", "rejected"],
  },
  editMessage: {
    method: "PATCH",
    path: "/v1/rooms/{room}/messages/{seq}",
    summary: "Changes the text of one's own message.",
    right: "edit-own",
    body: editRequest,
    answers: { 200: { what: "Stored, now or before.", body: stored } },
    refusals: [...WRITE_REFUSALS, "not-found", "too-large"],
  },
  deleteMessage: {
    method: "DELETE",
    path: "/v1/rooms/{room}/messages/{seq}",
    summary: "Erases a message: one's own, or with `delete-any` anybody's.",
    right: ["delete-own", "delete-any"],
    query: deleteQuery,
    answers: { 200: { what: "Stored, now or before.", body: stored } },
    refusals: [...WRITE_REFUSALS, "not-found"],
  },
  pinMessage: {
    method: "POST",
    path: "/v1/rooms/{room}/messages/{seq}/pin",
    summary: "Pins a message, or takes that back.",
    right: "pin",
    body: pinRequest,
    answers: { 200: { what: "Stored, now or before.", body: stored } },
    refusals: ["banned", "not-found", "unavailable"],
  },
  listEvents: {
    method: "GET",
    path: "/v1/rooms/{room}/events",
    summary: "What came after a place in the room's log, in order and without holes.",
    right: "read",
    query: eventsQuery,
    answers: { 200: { what: "Events.", body: eventsAnswer } },
    refusals: ["banned", "reset", "unavailable"],
  },
  listMembers: {
    method: "GET",
    path: "/v1/rooms/{room}/members",
    summary: "Who is in a room, by id; or with `limit=0` only how many.",
    right: "read",
    query: membersQuery,
    answers: { 200: { what: "A page of members.", body: membersAnswer } },
    refusals: ["banned", "unavailable"],
  },
  moderate: {
    method: "POST",
    path: "/v1/rooms/{room}/moderation",
    summary: "Kicks, mutes or bans somebody, or takes that back.",
    right: ["kick", "mute", "ban"],
    body: moderateRequest,
    answers: { 201: STORED, 200: REPEATED },
    refusals: ["banned", "unavailable"],
  },
  readRestrictions: {
    method: "GET",
    path: "/v1/rooms/{room}/restrictions",
    summary: "Who is muted or banned in a room now, until when and why.",
    right: ["mute", "ban"],
    answers: { 200: { what: "Everybody who is restricted.", body: restrictionsAnswer } },
    refusals: ["banned", "unavailable"],
  },
  listRestrictions: {
    method: "GET",
    path: "/v1/restrictions",
    summary: "The rooms of the app in which somebody is muted or banned now, by name, and who.",
    right: "app-admin",
    query: restrictionsQuery,
    answers: { 200: { what: "A page of rooms.", body: restrictedRoomsAnswer } },
    refusals: ["unavailable"],
  },
  disconnectUser: {
    method: "POST",
    path: "/v1/users/{user}/disconnect",
    summary: "Ends every connection of a user; with a good token they may come back.",
    right: "app-admin",
    answers: { 200: { what: "How many there were.", body: disconnected } },
  },
  revokeUser: {
    method: "POST",
    path: "/v1/users/{user}/revoke",
    summary: "Takes all tokens out of use that a user was given so far, and ends their connections.",
    right: "app-admin",
    answers: { 200: { what: "Revoked.", body: revoked } },
    refusals: ["unavailable"],
  },
  revokeToken: {
    method: "POST",
    path: "/v1/tokens/{token}/revoke",
    summary: "Takes one token out of use, by its `jti`, and ends its connections.",
    right: "app-admin",
    body: revokeTokenRequest,
    isBodyOptional: true,
    answers: { 200: { what: "Revoked.", body: revoked } },
    refusals: ["unavailable"],
  },
  forgetUser: {
    method: "DELETE",
    path: "/v1/users/{user}",
    summary: "Erases all that a user wrote in the rooms of the app, and their name.",
    right: "app-admin",
    answers: {
      200: { what: "All is erased.", body: forgotten },
      202: { what: "It goes on, also without being asked again.", body: forgotten },
    },
    refusals: ["unavailable"],
  },
  readAudit: {
    method: "GET",
    path: "/v1/audit",
    summary: "Who moderated, configured or administered what, newest first.",
    right: "app-admin",
    query: auditQuery,
    answers: { 200: { what: "A page of the audit.", body: auditAnswer } },
    refusals: ["unavailable"],
  },
} as const satisfies Record<string, HttpOperation>;

/** The name of an operation. */
export type OperationId = keyof typeof HTTP_OPERATIONS;

type Operations = typeof HTTP_OPERATIONS;

/** What an operation's query can hold. */
export type QueryOf<O extends OperationId> = Operations[O] extends { query: infer Q extends Fields }
  ? v.InferOutput<Q>
  : object;

/** What an operation's body can hold. */
export type BodyOf<O extends OperationId> = Operations[O] extends { body: infer B extends Fields }
  ? v.InferOutput<B>
  : object;

/** What an operation answers. */
export type AnswerOf<O extends OperationId> = Operations[O]["answers"] extends infer A
  ? {
      [S in keyof A]: A[S] extends { body: infer B extends v.GenericSchema } ? v.InferOutput<B> : never;
    }[keyof A]
  : never;
