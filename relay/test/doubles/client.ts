import {
  decodeRelayFrame,
  type RelayPacket,
  type RelayPacketOf,
  type RelayPacketType,
  type RequestType,
  type Results,
} from "@natter/sdk/protocol";
import type { Socket, SocketListener } from "../../src/socket/socket.ts";
import type { FakeClock } from "./fake-clock.ts";
import { HandSocket } from "./hand-socket.ts";

/** A request as a test writes it: whatever the client may say, and whatever it should not. */
export type Asked = { type: string } & Record<string, unknown>;

let ids = 0;

type Failure = RelayPacketOf<"error">;

/**
 * The far end of a {@link HandSocket}: says what a test wants said, and keeps what it heard. Everything a relay
 * sends must be valid by the wire's own schemas, or the test fails.
 */
export class Client {
  readonly socket: HandSocket;
  /** False for a client that does not answer heartbeats. */
  isLively = true;
  /** What arrived, frame by frame. */
  readonly frames: RelayPacket[][] = [];
  readonly #clock: FakeClock;
  readonly #listener: SocketListener;
  #refs = 0;

  constructor(clock: FakeClock, connect: (socket: Socket) => SocketListener) {
    this.#clock = clock;
    this.socket = new HandSocket(
      (frame) => this.#onFrame(frame),
      () => clock.soon(() => this.#listener.onClose()),
    );
    this.#listener = connect(this.socket);
  }

  /** Every packet that arrived. */
  get heard(): RelayPacket[] {
    return this.frames.flat();
  }

  of<T extends RelayPacketType>(type: T): RelayPacketOf<T>[] {
    return this.heard.filter((packet): packet is RelayPacketOf<T> & RelayPacket => packet.type === type);
  }

  /** The last packet of a type that arrived. */
  last<T extends RelayPacketType>(type: T): RelayPacketOf<T> | undefined {
    return this.of(type).at(-1);
  }

  /** The texts of the messages that arrived as events. */
  get texts(): string[] {
    return this.of("event").flatMap((event) => (event.kind === "message" ? event.text : []));
  }

  /** The places of a room's events that arrived. */
  seqs(room: string): number[] {
    return this.of("event").flatMap((event) => (event.room === room ? event.seq : []));
  }

  /** Forgets what arrived. */
  forget(): void {
    this.frames.length = 0;
  }

  /** Says packets in one frame. */
  say(...packets: Asked[]): void {
    this.sayText(JSON.stringify(packets));
  }

  /** Sends a frame as it is. */
  sayText(text: string): void {
    if (!this.socket.closed) this.#listener.onFrame(text);
  }

  /** A number that pairs a request with its reply. */
  nextRef(): number {
    return ++this.#refs;
  }

  async hello(token: string): Promise<void> {
    this.say({ type: "hello", token });
    await this.#clock.settle();
  }

  /** Asks, and returns the `ok`; the test fails on anything else. */
  async ask<T extends RequestType>(request: { type: T } & Record<string, unknown>): Promise<Results[T]> {
    const reply = await this.reply(request);
    if (reply.type === "error")
      throw new Error(`${request.type} was refused: ${reply.code} ${reply.message}`);
    return reply as unknown as Results[T];
  }

  /** Asks, and returns the `error`; the test fails on anything else. */
  async askInVain(request: Asked): Promise<Failure> {
    const reply = await this.reply(request);
    if (reply.type === "ok") throw new Error(`${request.type} succeeded: ${JSON.stringify(reply)}`);
    return reply;
  }

  /** Asks, and returns the one reply. */
  async reply(request: Asked): Promise<RelayPacketOf<"ok"> | Failure> {
    const ref = this.nextRef();
    this.say({ ...request, ref });
    await this.#clock.settle();
    const replies = this.replies(ref);
    if (replies.length !== 1) {
      throw new Error(`${request.type} got ${replies.length} replies: ${JSON.stringify(this.heard)}`);
    }
    return replies[0] as RelayPacketOf<"ok"> | Failure;
  }

  /** The replies to a request. */
  replies(ref: number): (RelayPacketOf<"ok"> | Failure)[] {
    return [...this.of("ok"), ...this.of("error")].filter((packet) => packet.ref === ref);
  }

  /** Posts a text, under an id of its own, and returns where it was stored. */
  post(room: string, text: string, id = `id-${++ids}`): Promise<Results["post"]> {
    return this.ask({ type: "post", room, id, text });
  }

  /** The client's machine is gone. */
  async vanish(): Promise<void> {
    this.socket.terminate();
    await this.#clock.settle();
  }

  #onFrame(text: string): void {
    if (text === "[]" && this.isLively) this.#clock.soon(() => this.sayText("[]"));
    const frame = decodeRelayFrame(text);
    if (!frame.ok) throw new Error(`The relay sent what is no frame: ${text.slice(0, 500)}`);
    this.frames.push(
      frame.packets.map((decoded) => {
        if (!decoded.ok)
          throw new Error(`The relay sent a bad packet: ${decoded.message} ${text.slice(0, 500)}`);
        return decoded.packet;
      }),
    );
  }
}
