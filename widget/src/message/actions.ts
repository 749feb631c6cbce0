import type { ViewMessage } from "@natter/sdk";
import type { Verb } from "@natter/sdk/protocol";

/** What a message can be asked for; the list carries it out. */
export interface MessageActions {
  retry(message: ViewMessage): void;
  discard(message: ViewMessage): void;
  react(message: ViewMessage, emoji: string, on: boolean): void;
  reply(message: ViewMessage): void;
  edit(message: ViewMessage): void;
  delete(message: ViewMessage): void;
  pin(message: ViewMessage, on: boolean): void;
  /** Shows what can be done about its author. */
  moderate(message: ViewMessage): void;
  /** Goes to the message of that `seq`. */
  show(seq: number): void;
  /** Shows another set of tools beside the message. */
  open(message: ViewMessage, tools: Tools): void;
}

/** Which tools stand beside a message: none, the usual ones, the emoji to react with, or a question. */
export type Tools = "none" | "usual" | "emoji" | "delete";

export function mayReact(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && can.has("react");
}

export function mayEdit(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && message.mine && can.has("edit-own");
}

/** True for a message that is stored and not deleted: nothing else can be acted on. */
export function isAlive(message: ViewMessage): boolean {
  return message.state === undefined && message.deletedAt === undefined;
}
