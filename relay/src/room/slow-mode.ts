import type { Settings } from "@natter/sdk/protocol";
import type { RoomKey, RoomLog } from "../engine/engine.ts";
import type { StoredMessage } from "../engine/fold.ts";

/** Messages read at once. */
const PAGE = 200;

/** Pages read at most: a room with more people in one pause of its slow mode has no use for it. */
const MAX_PAGES = 10;

/**
 * The messages of a room that its slow mode still makes somebody wait for: those of the last pause, as the log has
 * them. None where there is no slow mode.
 *
 * @param now ms since 1970
 */
export async function postsInSlowMode(
  log: RoomLog,
  room: RoomKey,
  { slowMode = 0 }: Settings,
  now: number,
): Promise<StoredMessage[]> {
  if (slowMode === 0) return [];
  const since = now - slowMode * 1000;
  const found: StoredMessage[] = [];
  let before: number | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { messages, more } = await log.page(room, PAGE, before);
    found.push(...messages.filter(({ at }) => at > since));
    const oldest = messages[0];
    if (!more || !oldest || oldest.at <= since) break;
    before = oldest.seq;
  }
  return found;
}
