import type { OperationId } from "@natter/sdk/protocol";
import type { Handler } from "./call.ts";
import { deleteRoom, listEvents, listMembers, listMessages, listRooms, readRoom } from "./handle-rooms.ts";
import { listRestrictions, readRestrictions } from "./handle-restrictions.ts";
import { disconnectUser, forgetUser, readApp, readAudit, revokeToken, revokeUser } from "./handle-users.ts";
import {
  configureRoom,
  deleteMessage,
  editMessage,
  moderate,
  pinMessage,
  postMessage,
} from "./handle-writing.ts";

type Handlers = { [O in Exclude<OperationId, "makeGuest">]: Handler<O> };

/** Every operation that needs a token, and who sees to it. */
export const HANDLERS: Handlers = {
  readApp,
  listRooms,
  readRoom,
  configureRoom,
  deleteRoom,
  listMessages,
  postMessage,
  editMessage,
  deleteMessage,
  pinMessage,
  listEvents,
  listMembers,
  moderate,
  readRestrictions,
  listRestrictions,
  disconnectUser,
  revokeUser,
  revokeToken,
  forgetUser,
  readAudit,
};
