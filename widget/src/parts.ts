import type { ReactiveController, ReactiveElement } from "lit";
import { Banner } from "./banner/banner.ts";
import { Composer } from "./composer/composer.ts";
import { TaskEvent } from "./composer/task.ts";
import { defineOnce } from "./define.ts";
import type { RoomHandle } from "./handles.ts";
import { Launcher } from "./launcher/launcher.ts";
import { Members } from "./members/members.ts";
import { Moderation } from "./moderation/moderation.ts";
import { ModerateEvent } from "./moderation/subject.ts";
import { MessageList } from "./message-list/message-list.ts";
import { Pins } from "./pins/pins.ts";

/*
 * The parts of a room, each for itself, for pages that put a room together in their own way. Importing this
 * defines them; each is given a room of the SDK's as its property `room`. Those that show the same room in the
 * same tree belong together: "reply" in the list begins an answer in the composer.
 */
export { Banner, Composer, Launcher, Members, MessageList, Moderation, Pins };
export { addLanguage } from "./strings/localizer.ts";
export type { ChatHandle, RoomHandle } from "./handles.ts";

/** A part that takes up what the parts beside it were asked for. */
class Together implements ReactiveController {
  readonly #part: ReactiveElement & { room?: RoomHandle };
  readonly #kind: string;
  readonly #takeUp: (event: Event) => void;
  #tree: Node | undefined;

  constructor(part: ReactiveElement & { room?: RoomHandle }, kind: string, takeUp: (event: Event) => void) {
    this.#part = part;
    this.#kind = kind;
    this.#takeUp = takeUp;
    part.addController(this);
  }

  hostConnected(): void {
    this.#tree = this.#part.getRootNode();
    this.#tree.addEventListener(this.#kind, this.#onEvent);
  }

  hostDisconnected(): void {
    this.#tree?.removeEventListener(this.#kind, this.#onEvent);
  }

  readonly #onEvent = (event: Event): void => {
    const { room } = event.target as { room?: RoomHandle };
    if (room !== undefined && room === this.#part.room) this.#takeUp(event);
  };
}

function defineParts(): void {
  Composer.addInitializer((part) => {
    const composer = part as Composer;
    new Together(composer, "natter-task", (event) => {
      if (event instanceof TaskEvent) composer.begin(event.task);
    });
  });
  Moderation.addInitializer((part) => {
    const moderation = part as Moderation;
    new Together(moderation, "natter-moderate", (event) => {
      // Inside of a whole room the room itself opens it.
      if (!isInRoom(moderation) && event instanceof ModerateEvent) void moderation.show(event.subject);
    });
  });
  defineOnce("chat-messages", MessageList);
  defineOnce("chat-composer", Composer);
  defineOnce("chat-members", Members);
  defineOnce("chat-pins", Pins);
  defineOnce("chat-moderation", Moderation);
  defineOnce("chat-launcher", Launcher);
  defineOnce("chat-banner", Banner);
}

function isInRoom(part: Element): boolean {
  const root = part.getRootNode();
  return root instanceof ShadowRoot && root.host.localName === "chat-room";
}

// Servers import this for rendering; there are no elements there.
if (typeof customElements !== "undefined") defineParts();
