import type { ViewMessage } from "@natter/sdk";
import type { Verb } from "@natter/sdk/protocol";
import { mayModerate } from "../moderation/subject.ts";

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

/** The emoji offered at once; any other can be typed. */
export const QUICK_EMOJI = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

export function mayReact(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && can.has("react");
}

export function mayReply(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && can.has("post");
}

export function mayEdit(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && message.mine && can.has("edit-own");
}

export function mayDelete(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && (can.has("delete-any") || (message.mine && can.has("delete-own")));
}

export function mayPin(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && can.has("pin");
}

/** Also when it is deleted: that is when there is more to be done. */
export function mayModerateAuthor(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return message.state === undefined && !message.mine && mayModerate(can);
}

/** True for a message that is stored and not deleted: nothing else can be acted on. */
function isAlive(message: ViewMessage): boolean {
  return message.state === undefined && message.deletedAt === undefined;
}
