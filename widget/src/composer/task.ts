import type { ViewMessage } from "@natter/sdk";

/**
 * What the composer is for just now: a new message, an answer to one, or another text for one; `text` where that
 * was begun before.
 */
export type Task =
  | { kind: "new" }
  | { kind: "reply"; message: ViewMessage }
  | { kind: "edit"; message: ViewMessage; text?: string };

export const NEW: Task = { kind: "new" };

/** Asks the room to give its composer another task. It goes from part to room and not further. */
export class TaskEvent extends Event {
  readonly task: Task;

  constructor(task: Task) {
    super("natter-task", { bubbles: true });
    this.task = task;
  }
}
