import type { Sent } from "@natter/sdk";
import { ChatBeforeSendEvent } from "../events.ts";
import type { RoomHandle } from "../handles.ts";
import { roomLeft } from "./length.ts";

/**
 * What the page's listeners make of what the visitor wrote: undefined if one of them keeps it, or it is nothing,
 * or too long.
 */
export function passed(
  from: EventTarget,
  text: string,
  about: { reply?: number; edit?: number },
): string | undefined {
  const event = new ChatBeforeSendEvent(text.trim(), about);
  const passes = isSendable(event.text) && from.dispatchEvent(event) && isSendable(event.text);
  return passes ? event.text : undefined;
}

/**
 * Sends what the visitor wrote, unless the page keeps it: then undefined. What becomes of it is shown beside the
 * message itself.
 */
export function post(
  from: EventTarget,
  room: RoomHandle,
  text: string,
  options: { reply?: number },
): Promise<Sent> | undefined {
  const passing = passed(from, text, options);
  if (passing === undefined) return undefined;
  const sent = room.post(passing, options);
  // Who cares for a refusal has the promise too; nobody else must hear of it as an unhandled one.
  sent.catch(() => {});
  return sent;
}

/** True for a text that is something and not too long. */
export function isSendable(text: string): boolean {
  return text.trim() !== "" && roomLeft(text.trim()) >= 0;
}
