import type { RestrictedUser, RoomName } from "@natter/sdk/protocol";
import { roomKeyOf } from "../../engine/engine.ts";
import { restrictedNow } from "../../room/restricted.ts";
import type { Handler } from "./call.ts";
import { withReadable } from "./readable.ts";
import { scan } from "./scan.ts";

/** Rooms whose restrictions are read at once. */
const ROOMS_AT_ONCE = 100;

/** `GET /v1/rooms/{room}/restrictions` */
export const readRestrictions: Handler<"readRestrictions"> = (call) =>
  withReadable(call, (room) => ({
    ok: true,
    body: { restrictions: restrictedNow(room.state.restricted(), call.api.session.clock.now()) },
  }));

/** `GET /v1/restrictions` */
export const listRestrictions: Handler<"listRestrictions"> = async ({ api, caller, query }) => {
  const { limit = caller.limits.pageDefault, after } = query;
  const { registry, log } = api.engine;
  const now = api.session.clock.now();
  const part = async (last: InRoom | undefined, size: number): Promise<InRoom[]> => {
    const rooms = await registry.list(caller.app, size, last?.room ?? (after as RoomName | undefined));
    return Promise.all(
      rooms.map(async ({ room }) => {
        const { restrictions } = await log.head(roomKeyOf(caller.app, room));
        return { room, restrictions: restrictedNow(restrictions, now) };
      }),
    );
  };
  const { found, rest } = await scan(
    part,
    ({ restrictions }) => restrictions.length > 0,
    limit,
    ROOMS_AT_ONCE,
  );
  return { ok: true, body: { rooms: found, ...(rest && { next: rest.room }) } };
};

/** Who is restricted in a room. */
interface InRoom {
  room: RoomName;
  restrictions: RestrictedUser[];
}
