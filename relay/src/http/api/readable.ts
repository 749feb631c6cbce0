import { refusal, type Refusal } from "../../room/gate.ts";
import type { Room } from "../../room/room.ts";
import { refused, type Call, type Result } from "./call.ts";
import type { OperationId } from "@natter/sdk/protocol";

/**
 * Does something with a room that the caller may read: asked before, and again after, because the right may have
 * gone while the log was being read.
 */
export async function withReadable<O extends OperationId>(
  call: Call<O>,
  use: (room: Room) => Result<O> | Promise<Result<O>>,
): Promise<Result<O>> {
  const room = await openRoom(call);
  if (!room) return refused(UNAVAILABLE);
  const before = whyNot(call, room);
  if (before) return refused(before);
  const { life } = room;
  const result = await use(room);
  if (room.life !== life) return refused({ code: "room-closed", message: "This room was deleted." });
  const after = whyNot(call, room);
  return after ? refused(after) : result;
}

function openRoom({ api, caller, room }: Call): Promise<Room | undefined> {
  return new Promise((resolve) => {
    api.session.rooms.use(caller.app, room, (opened) => resolve(opened.ok ? opened.room : undefined));
  });
}

function whyNot({ api, caller }: Call, room: Room): Refusal | undefined {
  const userId = caller.identity.user.id;
  const standing = {
    verbs: caller.authorityIn(room.name).rights.verbs,
    restrictions: room.state.restrictions(userId),
    settings: room.state.settings,
    lastPostAt: undefined,
  };
  return refusal("read", ["read"], standing, api.session.clock.now());
}

const UNAVAILABLE: Refusal = {
  code: "unavailable",
  message: "The relay cannot read this room just now. Try again.",
};
