import {
  connect,
  memoryStorage,
  type Chat,
  type ConnectOptions,
  type Room,
  type RoomView,
} from "@natter/sdk";
import { WebSocket } from "ws";
import { tokenFor } from "../support/raw-client.ts";
import { pause, until } from "../support/until.ts";

/** Who somebody is, and how they come to a relay. What may be left out is as the SDK has it. */
export interface Person extends Pick<ConnectOptions, "random" | "clock"> {
  /** The relay's address, or that of a proxy before it. */
  url: string;
  sub: string;
  room: string;
}

/** Somebody in one room, by the real SDK, who notes what they were told. */
export class Client {
  readonly sub: string;
  readonly room: string;
  readonly chat: Chat;
  readonly handle: Room;
  /** The `seq` of each message that this client was told, in the order in which it was told. */
  readonly told: number[] = [];
  /** The newest message when this client came in; what came later it must be told. */
  readonly #first: Promise<number>;

  constructor({ url, sub, room, ...options }: Person) {
    this.sub = sub;
    this.room = room;
    const token = (): string => tokenFor(sub);
    this.chat = connect({ relay: url, token, WebSocket, storage: memoryStorage(), ...options });
    this.handle = this.chat.room(room);
    this.handle.on("message", ({ seq }) => this.told.push(seq));
    this.#first = this.live().then(() => this.#newest());
  }

  /** Resolves when this client is in the room for the first time, with the newest message then. */
  ready(): Promise<number> {
    return this.#first;
  }

  /** Resolves when this client is next told that it is in the room; at once if it is there. */
  live(): Promise<void> {
    return new Promise((resolve) => {
      const look = ({ status }: RoomView): void => {
        if (status !== "live") return;
        stop();
        resolve();
      };
      const stop = this.handle.subscribe(look);
      look(this.handle.view());
    });
  }

  /** Resolves when this client holds everything up to `seq` and has nothing left to send. */
  async caughtUp(seq: number): Promise<void> {
    const isThere = (): boolean => {
      const { status, messages } = this.handle.view();
      const last = messages.at(-1);
      return status === "live" && last?.state === undefined && (last?.seq ?? 0) >= seq;
    };
    // The waits between two lines grow to 20 s.
    await until(isThere, `${this.sub} is at ${seq} of ${this.room}`, 60_000);
  }

  close(): void {
    this.chat.close();
  }

  #newest(): number {
    return this.handle.view().messages.findLast(({ seq }) => seq > 0)?.seq ?? 0;
  }
}

/** Posts one numbered message after the other. */
export class Poster extends Client {
  /** What the relay has answered `ok` to. */
  readonly acked: { text: string; seq: number }[] = [];
  #number = 0;
  #isOver = false;
  #work: Promise<void> = Promise.resolve();

  /** @param pauseMs between the `ok` of one message and the next */
  start(pauseMs = 0): void {
    this.#work = this.#go(pauseMs);
    // Whoever waits for the end is told; a test that failed before has ended everything.
    this.#work.catch(() => {});
  }

  /** Ends with the message that is under way, as soon as that is stored. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  /** Posts so many messages. */
  async postMany(count: number, padding = ""): Promise<void> {
    for (let each = 0; each < count; each++) await this.post(padding);
  }

  /** Posts the next message, its number and what makes it longer, and resolves with its place once it is stored. */
  async post(padding = ""): Promise<number> {
    const text = `${this.sub} ${++this.#number} ${padding}`.trim();
    const { seq } = await this.handle.post(text);
    this.acked.push({ text, seq });
    return seq;
  }

  async #go(pauseMs: number): Promise<void> {
    while (!this.#isOver) {
      await this.post();
      if (pauseMs > 0) await pause(pauseMs);
    }
  }
}
