import type { RoomCore } from "./core.ts";
import type { ViewMessage } from "./view.ts";

/**
 * The messages that come after this call, in order. It reads from the timeline and keeps nothing of its own, so
 * a slow reader costs no memory.
 */
export async function* follow(core: RoomCore): AsyncGenerator<ViewMessage, void, undefined> {
  await core.attendance.arrived();
  let { epoch, seq } = core.history.timeline;
  for (;;) {
    const { state } = core.attendance;
    if (state.at === "closed") return;
    if (state.at === "removed") throw state.error;
    const { timeline } = core.history;
    // Of another log everything is new.
    if (timeline.epoch !== epoch) ({ epoch, seq } = { ...timeline, seq: 0 });
    const next = core.history.firstAfter(seq);
    if (!next) await nextChange(core);
    else {
      ({ seq } = next);
      yield next;
    }
  }
}

function nextChange(core: RoomCore): Promise<void> {
  return new Promise((resolve) => {
    const stop = core.watchers.add(() => {
      stop();
      resolve();
    });
  });
}
