import type { ReactiveController, ReactiveControllerHost } from "lit";
import { paced } from "./paced.ts";

/** What the SDK's handles have in common: they say when something changed. */
export interface Changing {
  subscribe(listener: () => void): () => void;
}

/**
 * Draws its host again whenever what it follows changes. The host hands in where to look; what it finds there
 * may change with the host's own properties.
 */
export class Follow implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #what: () => Changing | undefined;
  #followed: Changing | undefined;
  readonly #changed: () => void;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement, what: () => Changing | undefined) {
    this.#host = host;
    this.#what = what;
    this.#changed = paced(() => host.requestUpdate());
    host.addController(this);
  }

  hostConnected(): void {
    this.#follow(this.#what());
  }

  hostUpdate(): void {
    // An update that was asked for before the element left the page still comes; it must not follow again.
    if (this.#host.isConnected) this.#follow(this.#what());
  }

  hostDisconnected(): void {
    this.#follow(undefined);
  }

  #follow(what: Changing | undefined): void {
    if (what === this.#followed) return;
    this.#stop?.();
    this.#followed = what;
    this.#stop = what?.subscribe(this.#changed);
  }
}
