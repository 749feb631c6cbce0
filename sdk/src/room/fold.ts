import type { Message, RoomEvent } from "../protocol/log.ts";

/** An event that changes a message. */
export type AmendingEvent = Extract<RoomEvent, { target: number }>;

/** The message that a message event begins. */
export function messageOf(event: Extract<RoomEvent, { kind: "message" }>): Message {
  const { type: _type, room: _room, kind: _kind, ...message } = event;
  return message;
}

/**
 * A message after an event that targets it: the same fold as the relay's, so that a page of history and the
 * live events that follow lead to what a fresh page would show. Applying events again, all of them in their
 * order, changes nothing.
 *
 * @param me The reader's id, for `mine`.
 */
export function amend<M extends Message>(message: M, event: AmendingEvent, me: string | undefined): M {
  switch (event.kind) {
    case "edit":
      return { ...message, text: event.text, editedAt: event.at };
    case "delete":
      return erased(message, event);
    case "reaction":
      return reacted(message, event, me);
    case "pin": {
      const { pinned: _, ...rest } = message;
      return (event.on ? { ...message, pinned: true } : rest) as M;
    }
    default:
      // An event of a kind that this version does not know leaves the message as it is.
      void (event satisfies never);
      return message;
  }
}

/** What is left of a deleted message: its place, its author, when it went, and why if it was not they who did it. */
function erased<M extends Message>(message: M, event: Extract<RoomEvent, { kind: "delete" }>): M {
  const { data: _data, editedAt: _editedAt, pinned: _pinned, reactions: _reactions, ...rest } = message;
  const { at: deletedAt, by, reason, author } = event;
  const removed = !author && by.id !== message.by.id && { removed: { ...(reason && { reason }) } };
  return { ...rest, ...(author && { by: author }), text: "", deletedAt, ...removed } as M;
}

/** The pinned messages after an event. */
export function repinned(pins: readonly number[], event: RoomEvent): readonly number[] {
  if (event.kind !== "pin" && event.kind !== "delete") return pins;
  const others = pins.filter((seq) => seq !== event.target);
  return event.kind === "pin" && event.on ? [...others, event.target] : others;
}

function reacted<M extends Message>(
  message: M,
  event: Extract<RoomEvent, { kind: "reaction" }>,
  me: string | undefined,
): M {
  const { emoji, count, on, by } = event;
  const { reactions, ...rest } = message;
  const { [emoji]: before, ...others } = reactions ?? {};
  const mine = by.id === me ? on : (before?.mine ?? false);
  const after = count > 0 ? { ...others, [emoji]: { count, mine } } : others;
  return (Object.keys(after).length > 0 ? { ...rest, reactions: after } : rest) as M;
}
