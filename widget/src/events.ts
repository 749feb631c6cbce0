import type { ChatError, ChatState, RoomView, ViewMessage } from "@natter/sdk";

/** The room is joined and its newest messages are shown. Comes once for each room. */
export class ChatReadyEvent extends Event {
  readonly room: string;

  constructor(room: string) {
    super("chat-ready", { bubbles: true, composed: true });
    this.room = room;
  }
}

/** What the visitor can expect of the room just now. */
export type ChatStatus = ChatState["status"] | RoomView["status"];

/** The line or the room changed its state. */
export class ChatStatusEvent extends Event {
  readonly status: ChatStatus;

  constructor(status: ChatStatus) {
    super("chat-status", { bubbles: true, composed: true });
    this.status = status;
  }
}

/** Somebody wrote a message (not for those of before the page was opened). */
export class ChatMessageEvent extends Event {
  readonly message: ViewMessage;

  constructor(message: ViewMessage) {
    super("chat-message", { bubbles: true, composed: true });
    this.message = message;
  }
}

/** The number of messages of others that were not read changed. */
export class ChatUnreadEvent extends Event {
  readonly unread: number;

  constructor(unread: number) {
    super("chat-unread", { bubbles: true, composed: true });
    this.unread = unread;
  }
}

/**
 * The visitor is about to send `text`: as a message, as an answer to the one with the `seq` in `reply`, or in the
 * place of their own with the `seq` in `edit`. A listener may change the text, or call `preventDefault()` to keep
 * it from being sent; then it stays in the composer.
 *
 * ```ts
 * chatRoom.addEventListener("chat-before-send", (event) => (event.text = event.text.replaceAll("damn", "d—n")));
 * ```
 */
export class ChatBeforeSendEvent extends Event {
  text: string;
  readonly reply: number | undefined;
  readonly edit: number | undefined;

  constructor(text: string, { reply, edit }: { reply?: number; edit?: number } = {}) {
    super("chat-before-send", { bubbles: true, composed: true, cancelable: true });
    this.text = text;
    this.reply = reply;
    this.edit = edit;
  }
}

/** Something went wrong that the page may want to know of; the element has told the visitor already. */
export class ChatErrorEvent extends Event {
  readonly error: ChatError;

  constructor(error: ChatError) {
    super("chat-error", { bubbles: true, composed: true });
    this.error = error;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    "chat-ready": ChatReadyEvent;
    "chat-status": ChatStatusEvent;
    "chat-message": ChatMessageEvent;
    "chat-unread": ChatUnreadEvent;
    "chat-before-send": ChatBeforeSendEvent;
    "chat-error": ChatErrorEvent;
  }
}
