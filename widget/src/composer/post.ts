import type { Sent } from "@natter/sdk";
import { ChatBeforeSendEvent } from "../events.ts";
import type { RoomHandle } from "../handles.ts";
import { roomLeft } from "./length.ts";

/**
 * Sends what the visitor wrote, unless a listener of the page keeps it (or it is nothing, or too long): then
 * undefined. What becomes of it is shown beside the message itself.
 */
export function post(
  from: EventTarget,
  room: RoomHandle,
  text: string,
  options: { reply?: number },
): Promise<Sent> | undefined {
  const event = new ChatBeforeSendEvent(text.trim());
  if (!isSendable(event.text) || !from.dispatchEvent(event) || !isSendable(event.text)) return undefined;
  const sent = room.post(event.text, options);
  // Who cares for a refusal has the promise too; nobody else must hear of it as an unhandled one.
  sent.catch(() => {});
  return sent;
}

/** True for a text that is something and not too long. */
export function isSendable(text: string): boolean {
  return text.trim() !== "" && roomLeft(text.trim()) >= 0;
}
