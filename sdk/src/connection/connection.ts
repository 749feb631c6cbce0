import { ChatError } from "../chat-error.ts";
import type { Clock } from "../clock.ts";
import type { ClientPacketOf, RequestType, ClientPacket } from "../protocol/client-packets.ts";
import { closeAction } from "../protocol/close-codes.ts";
import { HEARTBEAT } from "../protocol/encode.ts";
import type { RelayPacket, RelayPacketOf, Results } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import { SDK_VERSION } from "../version.ts";
import { closeError } from "./close-error.ts";
import { readFrame } from "./inbound.ts";
import { Liveness } from "./liveness.ts";
import {
  IDLE,
  dueAt,
  transition,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
} from "./machine.ts";
import { Outgoing } from "./outgoing.ts";
import { Requests, errorOf, type Reply } from "./requests.ts";
import type { Tokens } from "./token.ts";
import { WebSocketTransport, type Transport, type WebSocketClass } from "./transport.ts";
import { onWake } from "./wake.ts";

/** A packet about one room. An `error` among them refuses a packet that wanted no reply. */
export type RoomPacket =
  | Extract<RelayPacket, { room: RoomName }>
  | (RelayPacketOf<"error"> & { room: RoomName });

/** A request without its number, which the connection adds. */
export type UnnumberedOf<T extends RequestType> = Omit<ClientPacketOf<T>, "ref"> & { type: T };

/** What a connection works with. */
export interface ConnectionParts {
  /** The socket's address, ws or wss. */
  url: string;
  WebSocket: WebSocketClass | undefined;
  tokens: Tokens;
  clock: Clock;
  random: () => number;
}

/** What a connection tells its owner. */
export interface ConnectionListener {
  stateChanged(): void;
  /** A line stands and `hello` is on its way: requests made now travel in the same frame. */
  lineUp(): void;
  welcomed(welcome: RelayPacketOf<"welcome">): void;
  /** The live connection was given a new token; rights may have changed. */
  renewed(): void;
  packet(packet: RoomPacket): void;
  /** The line is gone, and every request with it. */
  lineDown(): void;
}

/**
 * Runs the machine: owns the line, the timer, the token and the requests under way, and decides nothing.
 * Closing it is final.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #listener: ConnectionListener;
  readonly #requests: Requests;
  readonly #outgoing: Outgoing;
  readonly #stopWaking: () => void;
  #state: ConnectionState = IDLE;
  #line: Transport | undefined;
  #liveness: Liveness | undefined;
  #stopTimer: () => void = () => {};
  #asked = 0;
  /** What the relay said last, if it was a refusal of no packet in particular: the reason of a close to come. */
  #lastRefusal: ChatError | undefined;

  constructor(parts: ConnectionParts, listener: ConnectionListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.#requests = new Requests(parts.clock, (sentAt) => this.#requestOverdue(sentAt));
    this.#outgoing = new Outgoing(
      (frame) => this.#sendFrame(frame),
      (packet) => this.#packetTooLarge(packet),
    );
    this.#stopWaking = onWake((reason) => this.#wake(reason));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** True while packets can be sent. */
  get hasLine(): boolean {
    return hasLine(this.#state);
  }

  start(): void {
    this.#dispatch({ type: "start" });
  }

  /** Drops what there is and connects anew, also after a refusal. */
  restart(): void {
    this.#dispatch({ type: "restart" });
  }

  /** The tokens' source has changed: renews a live connection, starts a refused one again. */
  tokenChanged(): void {
    this.#dispatch({ type: "new-token" });
  }

  close(): void {
    this.#stopWaking();
    this.#dispatch({ type: "close" });
  }

  /** Sends a packet that wants no reply; dropped without a line, because what it says is of the moment. */
  send(packet: ClientPacketOf<"typing" | "read" | "signal">): void {
    if (this.hasLine) this.#outgoing.push(packet);
  }

  /**
   * Asks the relay. The reply is told at once, in its order among the packets of its frame; it fails with what
   * the relay refused with, `timeout`, or `offline`.
   */
  ask<T extends RequestType>(packet: UnnumberedOf<T>, reply: Reply<Results[T]>): void {
    if (!this.hasLine) return reply.failed(new ChatError("offline", "There is no line to the relay just now."));
    const ref = this.#requests.open(packet.type, reply as Reply<never>);
    this.#outgoing.push({ ...packet, ref } as unknown as ClientPacket);
  }

  #dispatch(event: ConnectionEvent): void {
    const before = this.#state;
    const { state, effects } = transition(before, event, this.#parts.clock.now(), this.#parts.random());
    this.#state = state;
    if (dueAt(state) !== dueAt(before)) this.#arm();
    if (hasLine(before) && !hasLine(state)) this.#lineLost();
    for (const effect of effects) this.#perform(effect);
    if (state !== before) this.#listener.stateChanged();
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.type) {
      case "get-token":
        return this.#getToken(effect.fresh);
      case "open-line":
        return this.#openLine();
      case "say-hello":
        this.#outgoing.push({ type: "hello", token: effect.token, sdk: `natter-sdk/${SDK_VERSION}` });
        return this.#listener.lineUp();
      case "renew":
        return this.#renew(effect.token);
      case "drop-line":
        return this.#dropLine();
      default:
        return effect satisfies never;
    }
  }

  #getToken(fresh: boolean): void {
    const turn = ++this.#asked;
    void this.#parts.tokens.get(fresh).then((event) => {
      // A later question made this answer stale.
      if (turn === this.#asked) this.#dispatch(event);
    });
  }

  #openLine(): void {
    const { url, WebSocket } = this.#parts;
    const dispatchClosed = (code: number): void => {
      const error = this.#lastRefusal ?? closeError(code);
      this.#dispatch({ type: "line-closed", action: closeAction(code), error });
    };
    if (!WebSocket) {
      return this.#dispatch({ type: "line-closed", action: "stop", error: NO_WEBSOCKET });
    }
    this.#lastRefusal = undefined;
    try {
      const line: Transport = new WebSocketTransport(url, WebSocket, {
        opened: () => line === this.#line && this.#dispatch({ type: "line-open" }),
        frame: (frame) => line === this.#line && this.#onFrame(frame),
        ended: (code) => line === this.#line && dispatchClosed(code),
      });
      this.#line = line;
    } catch (cause) {
      const error = new ChatError("offline", "The line to the relay could not be opened.", { cause });
      this.#dispatch({ type: "line-closed", action: "retry", error });
    }
  }

  #dropLine(): void {
    this.#line?.close();
    this.#line = undefined;
  }

  #lineLost(): void {
    this.#liveness?.stop();
    this.#liveness = undefined;
    this.#outgoing.clear();
    this.#requests.failAll(new ChatError("offline", "The line was lost before the relay answered."));
    this.#listener.lineDown();
  }

  #renew(token: string): void {
    this.ask(
      { type: "token", token },
      {
        ok: ({ expires }) => {
          this.#parts.tokens.holdUntil(expires);
          this.#listener.renewed();
        },
        failed: (error) => this.#renewalFailed(error),
      },
    );
  }

  #renewalFailed(error: ChatError): void {
    if (error.code === "offline") return;
    const type = error.code === "identity-changed" ? "identity-changed" : "token-failed";
    this.#dispatch({ type, error });
  }

  #onFrame(frame: unknown): void {
    this.#liveness?.heard();
    const inbound = readFrame(frame);
    if (!inbound.ok) return this.#fault(inbound.message);
    if (inbound.packets.length === 0) return this.#sendFrame(HEARTBEAT);
    this.#lastRefusal = undefined;
    const line = this.#line;
    for (const packet of inbound.packets) {
      if (line !== this.#line) return;
      try {
        this.#onPacket(packet);
      } catch (cause) {
        return this.#fault(`A packet from the relay (${packet.type}) could not be understood.`, cause);
      }
    }
  }

  #onPacket(packet: RelayPacket): void {
    switch (packet.type) {
      case "welcome":
        return this.#welcomed(packet);
      case "ok":
        if (!this.#requests.settle(packet)) this.#fault("The relay answered with something else than asked.");
        return;
      case "error":
        return this.#refused(packet);
      case "expiring":
        return this.#dispatch({ type: "expiring" });
      case "goaway":
        return this.#dispatch({ type: "goaway", withinMs: packet.within });
      case "event":
      case "presence":
      case "typing":
      case "signal":
      case "reset":
      case "left":
      case "read":
        if (this.#state.status === "open") this.#listener.packet(packet);
        return;
      default:
        // A later version of the wire may add packets; this client does without them.
        return void (packet satisfies never);
    }
  }

  #welcomed(welcome: RelayPacketOf<"welcome">): void {
    if (this.#state.status !== "greeting") return;
    this.#liveness = new Liveness(this.#parts.clock, welcome.heartbeat, {
      silent: () => this.#dispatch({ type: "silent", error: SILENT }),
      mute: () => this.#sendFrame(HEARTBEAT),
      slept: () => this.#wake("slept"),
    });
    this.#parts.tokens.holdUntil(welcome.expires);
    this.#outgoing.maxBytes = welcome.limits.frameBytes;
    this.#dispatch({ type: "welcome", heartbeatMs: welcome.heartbeat });
    this.#listener.welcomed(welcome);
  }

  #refused(packet: RelayPacketOf<"error">): void {
    if (packet.ref !== undefined) return this.#requests.fail(packet.ref, errorOf(packet));
    if (packet.room === undefined) this.#lastRefusal = errorOf(packet);
    else if (this.#state.status === "open") this.#listener.packet({ ...packet, room: packet.room });
  }

  #sendFrame(frame: string): void {
    this.#liveness?.spoke();
    this.#line?.send(frame);
  }

  /** What came makes no sense: this line is not to be trusted further. */
  #fault(message: string, cause?: unknown): void {
    const error = new ChatError("invalid", message, cause === undefined ? {} : { cause });
    this.#dispatch({ type: "line-closed", action: "retry", error });
  }

  #packetTooLarge(packet: ClientPacket): void {
    const error = new ChatError("too-large", "This is more than a frame to the relay can hold.");
    if ("ref" in packet) this.#requests.fail(packet.ref, error);
  }

  /** No reply, and nothing else either since it was asked: that line is dead, whatever the heartbeat says. */
  #requestOverdue(sentAt: number): void {
    const { clock } = this.#parts;
    const silentMs = this.#liveness?.silentMs ?? 0;
    if (silentMs >= clock.now() - sentAt) this.#dispatch({ type: "silent", error: SILENT });
  }

  #wake(reason: "online" | "shown" | "slept"): void {
    this.#dispatch({ type: "wake", reason, silentMs: this.#liveness?.silentMs ?? 0 });
  }

  #arm(): void {
    this.#stopTimer();
    const due = dueAt(this.#state);
    if (due === undefined) return;
    const wait = Math.max(0, due - this.#parts.clock.now());
    this.#stopTimer = this.#parts.clock.after(wait, () => {
      if (this.#parts.clock.now() < due) this.#arm();
      else this.#dispatch({ type: "due", error: OVERDUE });
    });
  }
}

function hasLine(state: ConnectionState): boolean {
  return state.status === "greeting" || state.status === "open";
}

const SILENT = new ChatError("timeout", "Nothing was heard from the relay for too long.");
const OVERDUE = new ChatError("timeout", "Connecting to the relay took too long.");
const NO_WEBSOCKET = new ChatError(
  "invalid",
  "There is no WebSocket here. Hand one to connect() as `WebSocket`; in Node 20, that of the package `ws`.",
);
