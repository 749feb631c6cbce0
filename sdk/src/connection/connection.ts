import { ChatError, errorOf } from "../chat-error.ts";
import type { Clock } from "../clock.ts";
import type { ClientPacketOf, RequestType } from "../protocol/client-packets.ts";
import type { CloseAction } from "../protocol/close-codes.ts";
import { HEARTBEAT } from "../protocol/encode.ts";
import type { User } from "../protocol/member.ts";
import type { RelayPacket, RelayPacketOf, Results } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import { makeTimer } from "../timer.ts";
import { SDK_VERSION } from "../version.ts";
import { backoffMs } from "./backoff.ts";
import { OFFLINE, actionAfter, closeError } from "./close.ts";
import { LATE, makeDesk, type Reply } from "./desk.ts";
import { readFrame } from "./inbound.ts";
import { watchLine, type Liveness } from "./liveness.ts";
import { transition, type ConnectionEffect, type ConnectionEvent, type ConnectionState } from "./machine.ts";
import { NO_OTHER, type Tokens } from "./token.ts";
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

/**
 * What a connection tells its owner, beside packets:
 *
 * - `state`: its state is another one;
 * - `line-up`: a line stands and `hello` is on its way; what is asked now travels in the same frame;
 * - `welcome`: the relay has said who this user is;
 * - `renewed`: the live connection was given a new token; rights may have changed;
 * - `line-down`: the line is gone, and with it every request.
 */
export type ConnectionNews = "state" | "line-up" | "welcome" | "renewed" | "line-down";

/** Who is told. */
export interface ConnectionListener {
  news(news: ConnectionNews): void;
  packet(packet: RoomPacket): void;
}

/** A connection to a relay, over one line after the other. */
export interface Connection {
  readonly clock: Clock;
  readonly state: ConnectionState;
  /** Who this user is; undefined until the relay has said so. */
  user: User | undefined;
  /** True while packets can be sent. */
  readonly hasLine: boolean;
  dispatch(event: ConnectionEvent): void;
  /** Sends a packet that wants no reply; dropped without a line, because what it says is of the moment. */
  send(packet: ClientPacketOf<"typing" | "read" | "signal">): void;
  /**
   * Asks the relay. The reply is told at once, in its order among the packets of its frame; it fails with what
   * the relay refused with, `timeout`, or `offline`.
   */
  ask<T extends RequestType>(question: Unnumbered<T>, reply: Reply<Results[T]>): void;
  /** How long to wait before trying again, in ms, after so many tries in vain. */
  backoffMs(attempt: number): number;
}

/** Runs the machine: owns the line, the timer and the requests under way, and decides nothing. */
export function makeConnection(parts: ConnectionParts, listener: ConnectionListener): Connection {
  const { clock, tokens, random } = parts;
  let state: ConnectionState = { status: "idle" };
  let line: Transport | undefined;
  let liveness: Liveness | undefined;
  let token = "";
  /** Counts questions for a token; the answer to an earlier one comes too late. */
  let asked = 0;
  /** What the relay said last, if it refused no packet in particular: the reason of a close to come. */
  let lastRefusal: ChatError | undefined;

  const timer = makeTimer(clock);
  const desk = makeDesk(clock, sendFrame, (sentAt) => {
    // No reply, and nothing else either since it was asked: that line is dead, whatever the heartbeat says.
    if (liveness && clock.now() - liveness.silentMs() <= sentAt) fail("retry", LATE);
  });
  const stopWaking = onWake(wake);
  const connection: Connection = {
    clock,
    user: undefined,
    get state() {
      return state;
    },
    get hasLine() {
      return hasLine(state);
    },
    dispatch,
    send(packet) {
      if (hasLine(state)) desk.send(packet);
    },
    ask(question, reply) {
      if (hasLine(state)) desk.ask(question, reply);
      else reply.failed(OFFLINE);
    },
    backoffMs: (attempt) => backoffMs(attempt, random()),
  };
  return connection;

  function dispatch(event: ConnectionEvent): void {
    const before = state;
    const next = transition(before, event, clock.now(), random());
    ({ state } = next);
    // A timer that has fired is spent, also where the next wait ends in the same moment.
    if (event.type === "due" || dueAt(before) !== dueAt(state)) watchTime();
    if (hasLine(before) && !hasLine(state)) lineLost();
    next.effects.forEach(perform);
    if (before !== next.state) listener.news("state");
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
        desk.send({ type: "hello", token, sdk: `natter-sdk/${SDK_VERSION}` });
        return listener.news("line-up");
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
    tokens.get(fresh).then(
      (fetched) => {
        if (turn !== asked) return;
        token = fetched;
        if (state.status === "open") renew();
        else dispatch({ type: "token" });
      },
      (error: unknown) => {
        if (turn === asked) noToken(error as ChatError, state.status === "open");
      },
    );
  }

  function noToken(error: ChatError, isOpen: boolean): void {
    // An open line lasts as long as its token does, and asks again when it ends.
    if (isOpen && (error.retryable || error === NO_OTHER)) return;
    if (error.retryable) fail("retry", error);
    else dispatch({ type: "token-refused", error });
  }

  function renew(): void {
    desk.ask({ type: "token", token } as Unnumbered<"token">, {
      ok({ expires }: Results["token"]) {
        tokens.holdUntil(expires);
        listener.news("renewed");
      },
      failed({ code }) {
        // Somebody else has signed in: that takes a line of its own.
        if (code === "identity-changed") dispatch({ type: "go" });
      },
    });
  }

  function dial(): void {
    if (!parts.WebSocket) return fail("stop", NO_WEBSOCKET);
    lastRefusal = undefined;
    try {
      const mine = webSocketTransport(parts.url, parts.WebSocket, {
        opened: () => mine === line && dispatch({ type: "line-open" }),
        frame: (frame) => mine === line && receive(frame),
        ended: (code) => mine === line && ended(code),
      });
      line = mine;
    } catch {
      fail("retry", OFFLINE);
    }
  }

  function ended(code: number): void {
    const action = actionAfter(code);
    // Whatever the clocks say: this token is not to be tried again.
    if (action === "renew") tokens.holdUntil(0);
    fail(action, lastRefusal ?? closeError(code));
  }

  function lineLost(): void {
    liveness?.stop();
    liveness = undefined;
    // First the rooms, so that nobody whose request fails tries again on a line that is gone.
    listener.news("line-down");
    desk.clear(OFFLINE);
  }

  function sendFrame(frame: string): void {
    liveness?.spoke();
    line?.send(frame);
  }

  function receive(frame: unknown): void {
    liveness?.heard();
    const packets = readFrame(frame);
    if (!packets) return fail("retry", NONSENSE);
    if (packets.length === 0) return sendFrame(HEARTBEAT);
    lastRefusal = undefined;
    const mine = line;
    try {
      for (const packet of packets) if (mine === line) take(packet);
    } catch {
      fail("retry", NONSENSE);
    }
  }

  function take(packet: RelayPacket): void {
    switch (packet.type) {
      case "welcome":
        return welcomed(packet);
      case "ok":
        if (!desk.settle(packet)) fail("retry", NONSENSE);
        return;
      case "error":
        if (packet.ref !== undefined) desk.settle({ ...packet, ref: packet.ref });
        else if (packet.room) listener.packet({ ...packet, room: packet.room });
        else lastRefusal = errorOf(packet);
        return;
      case "expiring":
      case "goaway":
        return dispatch(packet);
      default:
        // A later version of the wire may add packets; those about no room this client does without.
        if (state.status === "open" && "room" in packet) listener.packet(packet);
    }
  }

  function welcomed({ user, heartbeat, expires, limits }: RelayPacketOf<"welcome">): void {
    if (liveness || !hasLine(state)) return;
    liveness = watchLine(clock, heartbeat, (found) => {
      if (found === "silent") fail("retry", LATE);
      else if (found === "mute") sendFrame(HEARTBEAT);
      else wake(false);
    });
    tokens.holdUntil(expires);
    desk.limit(limits.frameBytes);
    connection.user = user;
    dispatch({ type: "welcome", heartbeatMs: heartbeat });
    listener.news("welcome");
  }

  function wake(isOnline: boolean): void {
    dispatch({ type: "wake", isOnline, silentMs: liveness?.silentMs() ?? 0 });
  }

  function watchTime(): void {
    const due = dueAt(state);
    if (due === undefined) return timer.stop();
    // When the timer fires it is time, whatever the clock says by then: one that was set back meanwhile would
    // have everybody wait for as long again.
    timer.set(due - clock.now(), () => dispatch({ type: "due", error: LATE }));
  }
}

/** When the state ends by itself. */
function dueAt(state: ConnectionState): number | undefined {
  return "dueAt" in state ? state.dueAt : undefined;
}

function hasLine(state: ConnectionState): boolean {
  return state.status === "open" || (state.status === "connecting" && state.step === "greeting");
}

const NONSENSE = new ChatError("invalid", "What the relay sent makes no sense.");
const NO_WEBSOCKET = new ChatError(
  "invalid",
  "There is no WebSocket here: pass one to connect(), such as that of `ws`.",
);
