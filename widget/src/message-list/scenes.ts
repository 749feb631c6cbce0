import type { RoomView } from "@natter/sdk";
import { nameFinder } from "../markup/names.ts";
import type { MessageActions } from "../message/actions.ts";
import type { Scene } from "../message/message.ts";
import type { Localizer } from "../strings/localizer.ts";

/**
 * Keeps the scene of a list the same object until something in it changes: messages are drawn again only when
 * they, or their scene, are others than before. People who come and go change nothing in it, but for a name that
 * was not known yet; those who left can still be called.
 */
export class Scenes {
  readonly #names = new Set<string>();
  #scene: Scene | undefined;
  #made: unknown[] = [];

  /** Another room, other people. */
  forget(): void {
    this.#names.clear();
    this.#made = [];
  }

  /** @param heard Names besides those of the members: of the visitor, and of who wrote what is drawn. */
  of(
    view: RoomView | undefined,
    ownName: string | undefined,
    heard: Iterable<string>,
    words: Localizer,
    actions: MessageActions,
  ): Scene {
    const isLive = view?.status === "live";
    for (const { name } of view?.members ?? []) this.#names.add(name);
    for (const name of heard) this.#names.add(name);
    if (ownName !== undefined) this.#names.add(ownName);
    // One of the words stands for all: those of another language may come later than it was chosen.
    const parts = [this.#names.size, ownName, view?.can, isLive, words.lang(), words.term("you")];
    if (!this.#scene || parts.some((part, at) => part !== this.#made[at])) {
      this.#made = parts;
      const findName = nameFinder(this.#names);
      this.#scene = { words, can: view?.can ?? new Set(), isLive, findName, ownName, actions };
    }
    return this.#scene;
  }
}
