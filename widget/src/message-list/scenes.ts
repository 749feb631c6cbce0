import type { RoomView } from "@natter/sdk";
import { nameFinder } from "../markup/names.ts";
import type { MessageActions } from "../message/actions.ts";
import type { Scene } from "../message/message.ts";
import type { Localizer } from "../strings/localizer.ts";

/**
 * Keeps the scene of a list the same object until something in it changes: messages are drawn again only when
 * they, or their scene, are others than before.
 */
export class Scenes {
  #scene: Scene | undefined;
  #made: unknown[] = [];

  of(view: RoomView | undefined, words: Localizer, actions: MessageActions): Scene {
    const isLive = view?.status === "live";
    const parts = [view?.members, view?.can, isLive, words.lang()];
    if (!this.#scene || parts.some((part, at) => part !== this.#made[at])) {
      this.#made = parts;
      const findName = nameFinder((view?.members ?? []).map(({ name }) => name));
      this.#scene = { words, can: view?.can ?? new Set(), isLive, findName, actions };
    }
    return this.#scene;
  }
}
