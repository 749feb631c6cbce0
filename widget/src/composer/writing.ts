import type { ViewMessage } from "@natter/sdk";
import { Keepsake } from "../keepsake.ts";
import { messageAt } from "../message-list/jump.ts";
import { NEW, type Task } from "./task.ts";

/**
 * What is being written, and for what. A draft is kept for each place, outlives the page, and waits while the text
 * of an older message is worked on. Nobody's words are thrown away, and nobody's are mixed with others.
 */
export class Writing {
  #draft = draftOf("");
  #task: Task = NEW;
  #text = "";

  get task(): Task {
    return this.#task;
  }

  get text(): string {
    return this.#text;
  }

  /** Takes up what was left in another place. */
  comeTo(place: string): void {
    this.#draft = draftOf(place);
    this.#task = NEW;
    this.#text = this.#draft.load();
  }

  /** Turns to something else to write; the text comes along where both are messages. */
  begin(task: Task): void {
    const wasEdit = this.#task.kind === "edit";
    this.#task = task;
    if (task.kind === "edit") this.#text = task.text ?? task.message.text;
    else if (wasEdit) this.#text = this.#draft.load();
  }

  /** Writes; `isWhole` is false within a composition, whose half syllables are not worth keeping. */
  write(text: string, isWhole = true): void {
    this.#text = text;
    if (isWhole && this.#task.kind !== "edit") this.#draft.save(text);
  }

  /** The message that is answered or changed, as it is by now. */
  about(messages: readonly ViewMessage[]): ViewMessage | undefined {
    if (this.#task.kind === "new") return undefined;
    const { message } = this.#task;
    return messageAt(messages, message.seq) ?? message;
  }

  /** Ends a task whose message was deleted meanwhile: then true. What was made of it becomes a draft, if there is none. */
  endIfDeleted(messages: readonly ViewMessage[]): boolean {
    if (this.about(messages)?.deletedAt === undefined) return false;
    const { text } = this;
    const isChanged = this.#task.kind === "edit" && text !== this.#task.message.text;
    this.begin(NEW);
    if (isChanged && this.#text === "") this.write(text);
    return true;
  }
}

// What was written and not sent; gone with the tab.
function draftOf(place: string): Keepsake {
  return new Keepsake("tab", `draft:${place}`);
}
