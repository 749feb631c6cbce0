import { ChatError, type ChatErrorCode } from "../chat-error.ts";
import type { Clock } from "../clock.ts";
import type { ClientPacket, ClientPacketOf, RequestType } from "../protocol/client-packets.ts";
import type { CloseAction } from "../protocol/close-codes.ts";
import { HEARTBEAT } from "../protocol/encode.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { RelayPacket, RelayPacketOf, Results } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import { makeTimer } from "../timer.ts";
import { SDK_VERSION } from "../version.ts";
import { actionAfter, closeError } from "./close.ts";
import { readFrame } from "./inbound.ts";
import { watchLine, type Liveness } from "./liveness.ts";
import {
  dueAt,
  transition,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
} from "./machine.ts";
import { makeOutgoing } from "./outgoing.ts";
import { makeRequests, type Reply } from "./requests.ts";
import type { TokenOutcome, Tokens } from "./token.ts";
import { webSocketTransport, type Transport, type WebSocketClass } from "./transport.ts";
import { onWake } from "./wake.ts";

/** A packet about one room. An `error` among them refuses a packet that wanted no reply. */
export type RoomPacket =
  Extract<RelayPacket, { room: RoomName }> | (RelayPacketOf<"error"> & { room: RoomName });

/** A request without its number, which the connection adds. */
export type Unnumbered<T extends RequestType> = Omit<ClientPacketOf<T>, "ref"> & { type: T };

/** What a connection works with. */
export interface ConnectionParts {
  /** The socket's address, ws or wss. */
  readonly url: string;
  readonly WebSocket: WebSocketClass | undefined;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What a connection tells its owner. */
export interface ConnectionListener {
  stateChanged(): void;
  /** A line stands and `hello` is on its way: what is asked now travels in the same frame. */
  lineUp(): void;
  welcomed(welcome: RelayPacketOf<"welcome">): void;
  /** The live connection was given a new token; rights may have changed. */
  renewed(): void;
  packet(packet: RoomPacket): void;
  /** The line is gone, and every request with it. */
  lineDown(): void;
}

/** A connection to a relay, over one line after the other. */
export interface Connection {
  readonly state: ConnectionState;
  /** True while packets can be sent. */
  readonly hasLine: boolean;
  dispatch(event: ConnectionEvent): void;
  /** Sends a packet that wants no reply; dropped without a line, because what it says is of the moment. */
  send(packet: ClientPacketOf<"typing" | "read" | "signal">): void;
  /**
   * Asks the relay. The reply is told at once, in its order among the packets of its frame; it fails with what
   * the relay refused with, `timeout`, or `offline`.
   */
  ask<T extends RequestType>(packet: Unnumbered<T>, reply: Reply<Results[T]>): void;
}

/** Runs the machine: owns the line, the timer and the requests under way, and decides nothing. */
export function makeConnection(parts: ConnectionParts, listener: ConnectionListener): Connection {
  const { clock, tokens } = parts;
  let state: ConnectionState = { status: "idle" };
  let line: Transport | undefined;
  let liveness: Liveness | undefined;
  let token = "";
  /** Counts questions for a token; the answer to an earlier one comes too late. */
  let asked = 0;
  let frameBytes: number = LIMITS.frameBytes;
  /** What the relay said last, if it refused no packet in particular: the reason of a close to come. */
  let lastRefusal: ChatError | undefined;

  const timer = makeTimer(clock);
  const requests = makeRequests(clock, (sentAt) => {
    // No reply, and nothing else either since it was asked: that line is dead, whatever the heartbeat says.
    if (liveness && clock.now() - liveness.silentMs() <= sentAt) fail("retry", SILENT);
  });
  // A unit is at most three bytes.
  const outgoing = makeOutgoing(() => frameBytes / 3, sendFrame);
  const stopWaking = onWake(wake);

  return {
    get state() {
      return state;
    },
    get hasLine() {
      return hasLine(state);
    },
    dispatch,
    send(packet) {
      if (hasLine(state)) outgoing.push(packet);
    },
    ask(packet, reply) {
      if (!hasLine(state)) return reply.failed(OFFLINE);
      if (JSON.stringify(packet).length > frameBytes / 3) return reply.failed(TOO_LARGE);
      outgoing.push({ ...packet, ref: requests.open(packet.type, reply) } as unknown as ClientPacket);
    },
  };

  function dispatch(event: ConnectionEvent): void {
    const before = state;
    const next = transition(before, event, clock.now(), parts.random());
    ({ state } = next);
    if (dueAt(state) !== dueAt(before)) arm();
    if (hasLine(before) && !hasLine(state)) lineLost();
    for (const effect of next.effects) perform(effect);
    if (before !== next.state) listener.stateChanged();
  }

  function fail(action: CloseAction, error: ChatError): void {
    dispatch({ type: "failed", action, error });
  }

  function perform(effect: ConnectionEffect): void {
    switch (effect) {
      case "ask":
      case "ask-fresh":
        return askToken(effect === "ask-fresh");
      case "dial":
        return dial();
      case "greet":
        outgoing.push({ type: "hello", token, sdk: `natter-sdk/${SDK_VERSION}` });
        return listener.lineUp();
      case "hang-up":
        line?.close();
        line = undefined;
        if (state.status === "closed") stopWaking();
        return;
      default:
        return effect satisfies never;
    }
  }

  function askToken(fresh: boolean): void {
    const turn = ++asked;
    void tokens.get(fresh).then((outcome) => {
      if (turn === asked) tokenCame(outcome, state.status === "open");
    });
  }

  function tokenCame(outcome: TokenOutcome, isOpen: boolean): void {
    if (outcome.token !== undefined) {
      ({ token } = outcome);
      return isOpen ? renew() : dispatch({ type: "token" });
    }
    const { error, when } = outcome;
    // An open line lasts as long as its token does, and asks again when it ends.
    if (isOpen && when !== "never") return;
    if (when === "later") fail("retry", error);
    else dispatch({ type: "token-refused", error });
  }

  function renew(): void {
    const reply: Reply<Results["token"]> = {
      ok({ expires }) {
        tokens.holdUntil(expires);
        listener.renewed();
      },
      failed({ code }) {
        // Somebody else has signed in: that takes a line of its own.
        if (code === "identity-changed") dispatch({ type: "go" });
      },
    };
    outgoing.push({ type: "token", token, ref: requests.open("token", reply) });
  }

  function dial(): void {
    if (!parts.WebSocket) return fail("stop", NO_WEBSOCKET);
    lastRefusal = undefined;
    try {
      const mine = webSocketTransport(parts.url, parts.WebSocket, {
        opened: () => mine === line && dispatch({ type: "line-open" }),
        frame: (frame) => mine === line && receive(frame),
        ended: (code) => mine === line && fail(actionAfter(code), lastRefusal ?? closeError(code)),
      });
      line = mine;
    } catch (cause) {
      fail("retry", new ChatError("offline", "The line could not be opened.", { cause }));
    }
  }

  function lineLost(): void {
    liveness?.stop();
    liveness = undefined;
    outgoing.clear();
    // First the news, then its consequences: whoever tries again at once would find a line that is not there.
    listener.lineDown();
    requests.failAll(OFFLINE);
  }

  function sendFrame(frame: string): void {
    liveness?.spoke();
    line?.send(frame);
  }

  function receive(frame: unknown): void {
    liveness?.heard();
    const packets = readFrame(frame);
    if (!packets) return fail("retry", NOT_NATTER);
    if (packets.length === 0) return sendFrame(HEARTBEAT);
    lastRefusal = undefined;
    const mine = line;
    try {
      for (const packet of packets) if (mine === line) take(packet);
    } catch (cause) {
      fail("retry", new ChatError("invalid", "What the relay sent makes no sense.", { cause }));
    }
  }

  function take(packet: RelayPacket): void {
    switch (packet.type) {
      case "welcome":
        return welcomed(packet);
      case "ok":
        if (!requests.settle(packet)) fail("retry", NOT_NATTER);
        return;
      case "error":
        return refused(packet);
      case "expiring":
        return dispatch({ type: "expiring" });
      case "goaway":
        return dispatch({ type: "goaway", withinMs: packet.within });
      default:
        // A later version of the wire may add packets; those about no room this client does without.
        if (state.status === "open" && "room" in packet) listener.packet(packet);
    }
  }

  function welcomed(welcome: RelayPacketOf<"welcome">): void {
    if (state.status !== "connecting") return;
    const { heartbeat, expires, limits } = welcome;
    liveness = watchLine(clock, heartbeat, {
      silent: () => fail("retry", SILENT),
      mute: () => sendFrame(HEARTBEAT),
      slept: () => wake(false),
    });
    tokens.holdUntil(expires);
    ({ frameBytes } = limits);
    dispatch({ type: "welcome", heartbeatMs: heartbeat });
    listener.welcomed(welcome);
  }

  function refused(packet: RelayPacketOf<"error">): void {
    const { ref, room } = packet;
    if (ref !== undefined) requests.fail(ref, errorOf(packet));
    else if (room === undefined) lastRefusal = errorOf(packet);
    else listener.packet({ ...packet, room });
  }

  function wake(isOnline: boolean): void {
    dispatch({ type: "wake", isOnline, silentMs: liveness?.silentMs() ?? 0 });
  }

  function arm(): void {
    const due = dueAt(state);
    if (due === undefined) return timer.stop();
    timer.set(due - clock.now(), () => {
      if (clock.now() < due) arm();
      else dispatch({ type: "due", error: SILENT });
    });
  }
}

function hasLine(state: ConnectionState): boolean {
  return state.status === "open" || (state.status === "connecting" && state.step === "greeting");
}

function errorOf({ code, message, retryAfter = 0 }: RelayPacketOf<"error">): ChatError {
  return new ChatError(code as ChatErrorCode, message, { retryAfter });
}

const OFFLINE = new ChatError("offline", "There is no line to the relay.");
const SILENT = new ChatError("timeout", "The relay did not answer in time.");
const NOT_NATTER = new ChatError("invalid", "What the relay sent makes no sense.");
const TOO_LARGE = new ChatError("too-large", "This is more than the relay takes in one piece.");
const NO_WEBSOCKET = new ChatError(
  "invalid",
  "There is no WebSocket here: pass one to connect(), in Node 20 that of `ws`.",
);
