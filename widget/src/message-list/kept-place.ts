import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Keepsake } from "../keepsake.ts";

/** A message that was read, and how far below the upper edge it stood, in px. */
export interface PlaceLeft {
  seq: number;
  topPx: number;
}

/**
 * Keeps in this tab where somebody reads, for what comes after this element: the same room after a reload, or on
 * the next page of a site. At the end there is nothing to keep.
 */
export class KeptPlace implements ReactiveController {
  readonly #name: () => string;
  readonly #now: () => PlaceLeft | undefined;

  /** @param name Names the room among others; nothing is kept without. */
  constructor(host: ReactiveControllerHost, name: () => string, now: () => PlaceLeft | undefined) {
    this.#name = name;
    this.#now = now;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener("pagehide", this.#save);
  }

  hostDisconnected(): void {
    removeEventListener("pagehide", this.#save);
    this.#save();
  }

  /** The place that was left, for going back to once. */
  take(): PlaceLeft | undefined {
    const keepsake = this.#keepsake();
    const [seq = 0, topPx = 0] = keepsake.load().split(" ").map(Number);
    keepsake.save("");
    return seq > 0 && Number.isFinite(topPx) ? { seq, topPx } : undefined;
  }

  readonly #save = (): void => {
    const now = this.#now();
    if (this.#name() !== "") this.#keepsake().save(now ? `${now.seq} ${now.topPx}` : "");
  };

  #keepsake(): Keepsake {
    return new Keepsake("tab", `reading:${this.#name()}`);
  }
}
