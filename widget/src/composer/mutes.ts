import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { RoomHandle } from "../handles.ts";
import type { Mute } from "./hold.ts";

/** Hears of mutes of this user: from the moderator's event, or, after a reload, from the relay's refusal. */
export class Mutes implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #room: () => RoomHandle | undefined;
  readonly #user: () => string | undefined;
  #heard: RoomHandle | undefined;
  #stop: (() => void) | undefined;
  #mute: Mute | undefined;

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    room: () => RoomHandle | undefined,
    user: () => string | undefined,
  ) {
    this.#host = host;
    this.#room = room;
    this.#user = user;
    host.addController(this);
  }

  get mute(): Mute | undefined {
    return this.#mute;
  }

  /** The relay refused a message because of a mute that ends in so many ms, if it ends. */
  refused(retryAfter: number | undefined): void {
    this.#set(retryAfter === undefined ? {} : { until: Date.now() + retryAfter });
  }

  hostUpdate(): void {
    if (this.#host.isConnected) this.#hear(this.#room());
  }

  hostDisconnected(): void {
    this.#hear(undefined);
  }

  #hear(room: RoomHandle | undefined): void {
    if (room === this.#heard) return;
    this.#stop?.();
    this.#heard = room;
    this.#mute = undefined;
    this.#stop = room?.on("moderation", ({ action, user, until, reason }) => {
      if (user !== this.#user()) return;
      if (action === "unmute") this.#set(undefined);
      if (action === "mute") this.#set({ ...(until !== undefined && { until }), ...(reason && { reason }) });
    });
  }

  #set(mute: Mute | undefined): void {
    this.#mute = mute;
    this.#host.requestUpdate();
  }
}
