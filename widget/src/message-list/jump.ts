import type { RoomView, ViewMessage } from "@natter/sdk";
import type { RoomHandle } from "../handles.ts";

/** How many pages are fetched in search of one message; a page has at most 200. */
const MOST_PAGES = 25;
const PAGE = 200;

/** The message of that `seq`, by halving: stored messages stand in the order of their `seq`. */
export function messageAt(messages: readonly ViewMessage[], seq: number): ViewMessage | undefined {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = messages[middle]?.seq ?? 0;
    // Those not stored stand at the end, with 0.
    if (at === 0 || at >= seq) high = middle;
    else low = middle + 1;
  }
  const found = messages[low];
  return found?.seq === seq ? found : undefined;
}

/** The message of that `seq`, fetched page by page if it is older than what is held. */
export async function fetchMessage(room: RoomHandle, seq: number): Promise<ViewMessage | undefined> {
  for (let page = 0; page < MOST_PAGES; page++) {
    const view: RoomView = room.view();
    const found = messageAt(view.messages, seq);
    const oldest = view.messages[0]?.seq ?? 0;
    if (found || oldest <= seq || view.atBeginning) return found;
    await room.older(PAGE);
  }
  return undefined;
}
