import type { Attending } from "./attendance.ts";
import { firstAfter, type Timeline } from "./timeline.ts";
import type { ViewMessage } from "./view.ts";

/** What following a room needs of it. */
export interface Followed {
  attending(): Attending;
  timeline(): Timeline;
  /** Resolves when the room has changed. */
  change(): Promise<void>;
}

/**
 * Resolves once the room was joined. Rejects when this user was removed, or the handle closed.
 */
export async function joinedOnce({ attending, timeline, change }: Followed): Promise<void> {
  for (;;) {
    const state = attending();
    if (state.at === "removed" || state.at === "closed") throw state.error;
    if (timeline().epoch !== undefined) return;
    await change();
  }
}

/**
 * The messages that come after this call, in order, until the handle is closed. It reads from the timeline and
 * keeps nothing of its own, so that a slow reader costs no memory.
 */
export async function* follow(room: Followed): AsyncGenerator<ViewMessage, void, undefined> {
  await joinedOnce(room);
  let { epoch, seq } = room.timeline();
  for (;;) {
    const state = room.attending();
    if (state.at === "closed") return;
    if (state.at === "removed") throw state.error;
    const timeline = room.timeline();
    // Of another log everything is new.
    if (timeline.epoch !== epoch) [epoch, seq] = [timeline.epoch, 0];
    const next = firstAfter(timeline.messages, seq);
    if (!next) await room.change();
    else {
      ({ seq } = next);
      yield next;
    }
  }
}
