import type { RoomName } from "@natter/sdk/protocol";
import { roomKeyOf, type RoomSummary } from "../../engine/engine.ts";
import { messageFor } from "../../engine/fold.ts";
import { refused, type Handler, type Result } from "./call.ts";
import { withReadable } from "./readable.ts";
import { scan } from "./scan.ts";

/** Rooms that a search looks through at once. */
const SEARCHED = 500;

/** `GET /v1/rooms` */
export const listRooms: Handler<"listRooms"> = async ({ api, caller, query }) => {
  const { limit = caller.limits.pageDefault, after, search } = query;
  const sought = search?.normalize().toLowerCase();
  const part = (last: RoomSummary | undefined, size: number): Promise<RoomSummary[]> =>
    api.engine.registry.list(caller.app, size, last?.room ?? (after as RoomName | undefined));
  const fits = ({ room, settings }: RoomSummary): boolean =>
    sought === undefined || `${room}\n${settings.title ?? ""}`.toLowerCase().includes(sought);
  // Without a search, one more than asked for tells whether there are more.
  const { found, rest } = await scan(part, fits, limit, sought === undefined ? limit + 1 : SEARCHED);
  const rooms = await Promise.all(
    found.map(async (room) => {
      const { count } = await api.engine.presence.look(roomKeyOf(caller.app, room.room));
      return { ...room, count };
    }),
  );
  return { ok: true, body: { rooms, ...(rest && { next: rest.room }) } };
};

/** `GET /v1/rooms/{room}` */
export const readRoom: Handler<"readRoom"> = (call) =>
  withReadable(call, (room) => ({
    ok: true,
    body: {
      room: room.name,
      epoch: room.state.epoch,
      seq: room.seq,
      settings: room.state.settings,
      count: room.count,
      can: [...call.caller.authorityIn(room.name).rights.verbs],
    },
  }));

/** `DELETE /v1/rooms/{room}` */
export const deleteRoom: Handler<"deleteRoom"> = async ({ api, caller, room }) => {
  const { address, identity } = caller;
  const key = roomKeyOf(caller.app, room);
  const epoch = await api.engine.registry.drop(key, { user: identity.user.id, address });
  return { ok: true, body: { epoch } };
};

/** `GET /v1/rooms/{room}/messages` */
export const listMessages: Handler<"listMessages"> = (call) =>
  withReadable(call, async (room) => {
    const { limit = call.caller.limits.pageDefault, before } = call.query;
    const { epoch, seq, messages, more } = await call.api.engine.log.page(room.key, limit, before);
    const reader = call.caller.identity.user.id;
    const body = { epoch, seq, messages: messages.map((message) => messageFor(reader, message)), more };
    return { ok: true, body };
  });

/** `GET /v1/rooms/{room}/events` */
export const listEvents: Handler<"listEvents"> = (call) =>
  withReadable(call, async (room): Promise<Result<"listEvents">> => {
    const { after = 0, epoch = room.state.epoch, limit = EVENTS } = call.query;
    const { log } = call.api.engine;
    const replay = await log.after(room.key, epoch, after, Number.MAX_SAFE_INTEGER, limit);
    if (!replay.ok) return refused({ code: "reset", message: RESET });
    const { events, seq } = replay;
    return { ok: true, body: { epoch: replay.epoch, seq, events, more: seq < room.seq } };
  });

/** `GET /v1/rooms/{room}/members` */
export const listMembers: Handler<"listMembers"> = (call) =>
  withReadable(call, async (room): Promise<Result<"listMembers">> => {
    const { limit = call.caller.limits.pageMax, after } = call.query;
    if (limit === 0) return { ok: true, body: { members: [], count: room.count } };
    const all = await room.members();
    const rest = after === undefined ? all : all.filter((member) => member.id > after);
    const members = rest.slice(0, limit);
    const last = members.at(-1);
    const next = last && rest.length > members.length && { next: last.id };
    return { ok: true, body: { members, count: room.count, ...next } };
  });

/** Events of a page, where nobody says how many. */
const EVENTS = 200;

const RESET =
  "The log cannot tell all that came after this place: it is of another life of the room, too old, or ahead. Read `/messages`, and go on with the events after its `epoch` and `seq`.";
