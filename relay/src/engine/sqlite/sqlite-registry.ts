import type { Author, RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import {
  partsOfKey,
  type Actor,
  type Bus,
  type Forgotten,
  type Registry,
  type RoomKey,
  type RoomSummary,
} from "../engine.ts";
import { forgottenAuthor } from "../forgotten-author.ts";
import type { ForgettingStep } from "./forgetter.ts";
import type { SqliteMarkers } from "./sqlite-markers.ts";
import type { AsyncStore } from "./store-port.ts";

/** How long to wait after a step could not be taken. */
const RETRY_MS = 5000;

interface Waiting {
  resolve: (forgotten: Forgotten) => void;
  reject: (error: Error) => void;
}

/** Rooms and users as wholes, in a file. */
export class SqliteRegistry implements Registry {
  readonly #store: AsyncStore;
  readonly #bus: Bus;
  readonly #markers: SqliteMarkers;
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;
  readonly #waiting = new Map<string, Waiting[]>();
  #state: "idle" | "forgetting" | "asked-again" | "closed" = "idle";
  #cancel: () => void = () => {};
  #running: Promise<void> = Promise.resolve();

  /** @param onFault told when a step of forgetting failed; it is taken again later */
  constructor(parts: {
    store: AsyncStore;
    bus: Bus;
    markers: SqliteMarkers;
    clock: Clock;
    onFault: (error: unknown) => void;
  }) {
    this.#store = parts.store;
    this.#bus = parts.bus;
    this.#markers = parts.markers;
    this.#clock = parts.clock;
    this.#onFault = parts.onFault;
    // Somebody may have been being forgotten when the last relay ended.
    this.#run();
  }

  list(app: string, limit: number, after: RoomName | "" = ""): Promise<RoomSummary[]> {
    return this.#store.rooms(app, limit, after);
  }

  async drop(room: RoomKey, by: Actor): Promise<string> {
    this.#markers.forget((marked) => marked === room);
    const epoch = await this.#store.drop(room, by, this.#clock.now());
    this.#bus.publish(room, { type: "closed", epoch });
    return epoch;
  }

  async forget(app: string, user: string, by: Author, actor: Actor): Promise<Forgotten> {
    const author = forgottenAuthor();
    // Whoever forgets themselves does not leave their name behind with that.
    const deleter = by.id === user ? author : by;
    await this.#store.beginForgetting({ app, user, author, by: deleter, actor }, this.#clock.now());
    this.#markers.forget((room, marked) => marked === user && partsOfKey(room).app === app);
    return new Promise((resolve, reject) => {
      const key = keyOf(app, user);
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), { resolve, reject }]);
      this.#run();
    });
  }

  /** Takes no more steps; what is not done is done when the file is opened next. */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#cancel();
    await this.#running;
    for (const { reject } of [...this.#waiting.values()].flat()) {
      reject(new Error("The relay stops; forgetting goes on when it is started again."));
    }
    this.#waiting.clear();
  }

  #run(): void {
    // The step under way may have looked before there was something to do.
    if (this.#state === "forgetting") this.#state = "asked-again";
    if (this.#state !== "idle") return;
    this.#state = "forgetting";
    this.#running = this.#forgetAll();
  }

  async #forgetAll(): Promise<void> {
    try {
      // One after the other, so that what others store comes in between.
      while (this.#isRunning) {
        const step = await this.#store.forget(this.#clock.now());
        if (step) this.#tell(step);
        else if (this.#isRunning) this.#state = this.#state === "asked-again" ? "forgetting" : "idle";
      }
    } catch (error) {
      if (!this.#isRunning) return;
      this.#onFault(error);
      this.#state = "idle";
      this.#cancel = this.#clock.after(RETRY_MS, () => this.#run());
    }
  }

  get #isRunning(): boolean {
    return this.#state === "forgetting" || this.#state === "asked-again";
  }

  #tell({ app, user, author, messages, rooms, isDone }: ForgettingStep): void {
    for (const { room, epoch, events } of rooms) {
      for (const event of events) this.#bus.publish(room, { type: "event", epoch, event });
      this.#bus.publish(room, { type: "forgotten", user, author });
    }
    if (!isDone) return;
    const key = keyOf(app, user);
    for (const { resolve } of this.#waiting.get(key) ?? []) resolve({ messages });
    this.#waiting.delete(key);
  }
}

function keyOf(app: string, user: string): string {
  return `${app}\n${user}`;
}
