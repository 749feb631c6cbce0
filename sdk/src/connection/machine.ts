/*
 * The life of a connection: one chat, many lines one after the other.
 *
 *             connecting
 *           ┌───────────────────────────────┐
 *           │       token      line-open    │ welcome
 *   idle ──▶│ asking ───▶ dialing ───▶ greeting ──────▶ open
 *    go     └───────────────────────────────┘            │
 *              ▲ due, wake   │ failed, due               │ failed (retry, spread)
 *              └── waiting ◀─┴───────────────────────────┘
 *
 *   connecting, open ── failed (stop), token-refused ──▶ refused
 *   connecting, open ── failed (renew: 4401) ──▶ asking for a fresh token, once; then refused
 *   open ── due (goaway), wake on a dead line ──▶ asking
 *   any ── go (the application's wish), new-token ──▶ asking;  open ── new-token ──▶ open, renewed
 *   any ── close ──▶ closed, for good
 *
 * Nothing here looks at a clock, rolls dice or touches a socket: `transition` says what comes next and what is
 * to be done, the connection does it. Every state that waits for something has an end, so that none is stuck.
 */
import type { ChatError } from "../chat-error.ts";
import type { CloseAction } from "../protocol/close-codes.ts";
import { backoffMs } from "./backoff.ts";

/** What is remembered between two lines. */
interface Trip {
  /** Lines in a row that failed, or ended before they had proved themselves. */
  readonly attempt: number;
  /** `spent` once a token was refused: if the fresh one is refused too, asking again would go in circles. */
  readonly trust: "usual" | "spent";
  /** What ended the line before. */
  readonly error?: ChatError;
}

/** Made, and not started. */
interface Idle {
  readonly status: "idle";
}
/** A token is being fetched, then a line made, then the relay greeted. */
interface Connecting extends Trip {
  readonly status: "connecting";
  readonly step: "asking" | "dialing" | "greeting";
  readonly dueAt: number;
}
/** The relay said `welcome`. It is to be left at `dueAt`, if the relay said `goaway`. */
interface Open extends Trip {
  readonly status: "open";
  readonly since: number;
  readonly heartbeatMs: number;
  readonly dueAt?: number;
}
/** No line until `retryAt`; a wake may cut that short, but not below what the relay asked for. */
interface Waiting extends Trip {
  readonly status: "waiting";
  readonly retryAt: number;
  readonly notBefore: number;
}
/** Trying again would end the same way. */
interface Refused {
  readonly status: "refused";
  readonly error: ChatError;
}
/** Over. */
interface Closed {
  readonly status: "closed";
}

export type ConnectionState = Idle | Connecting | Open | Waiting | Refused | Closed;

export type ConnectionEvent =
  /** The application wants a connection, or a new one. */
  | { readonly type: "go" }
  /** There is a token. */
  | { readonly type: "token" }
  /** There will be no token: its source says no. */
  | { readonly type: "token-refused"; readonly error: ChatError }
  | { readonly type: "line-open" }
  /** The line, the relay or the token's source failed; the action says what that means. */
  | { readonly type: "failed"; readonly action: CloseAction; readonly error: ChatError }
  | { readonly type: "welcome"; readonly heartbeatMs: number }
  /** The moment that `dueAt` named has come. */
  | { readonly type: "due"; readonly error: ChatError }
  /** The network is back (then the old line is not to be trusted), or somebody looks again. */
  | { readonly type: "wake"; readonly isOnline: boolean; readonly silentMs: number }
  /** The token ends soon. */
  | { readonly type: "expiring" }
  | { readonly type: "goaway"; readonly withinMs: number }
  /** The application gave another token. */
  | { readonly type: "new-token" }
  | { readonly type: "close" };

/**
 * - `ask`, `ask-fresh`: get a token; fresh: one that was kept will not do;
 * - `dial`: open a line; `greet`: say hello on it; `hang-up`: drop it, if there is one.
 */
export type ConnectionEffect = "ask" | "ask-fresh" | "dial" | "greet" | "hang-up";

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/** How long a token's source, a line and a greeting may take, each. */
const STEP_MS = 20_000;
/** A line that ended sooner proved nothing: the back-off goes on where it was. */
const PROVEN_MS = 10_000;
/** Over how long clients spread when a relay restarts without having said over how long. */
const SPREAD_MS = 5_000;
/** A line is taken for dead when a device wakes after a heartbeat and this much silence. */
const WAKE_GRACE_MS = 5_000;

const FIRST: Trip = { attempt: 0, trust: "usual" };

/** When the state ends by itself (a `due` event), in ms since 1970. */
export function dueAt(state: ConnectionState): number | undefined {
  if (state.status === "waiting") return state.retryAt;
  return "dueAt" in state ? state.dueAt : undefined;
}

/**
 * What an event leads to.
 *
 * @param now Milliseconds since 1970.
 * @param random A number from 0 to 1, for the waits.
 */
export function transition(
  state: ConnectionState,
  event: ConnectionEvent,
  now: number,
  random: number,
): Transition {
  const { status } = state;
  if (status === "closed") return stay(state);
  if (event.type === "close") return { state: { status: "closed" }, effects: ["hang-up"] };
  if (event.type === "go") return asking(FIRST, now);
  switch (status) {
    case "idle":
      return stay(state);
    case "connecting":
      return whileConnecting(state, event, now, random);
    case "open":
      return whileOpen(state, event, now, random);
    case "waiting":
      return whileWaiting(state, event, now);
    case "refused":
      return event.type === "new-token" ? asking(FIRST, now) : stay(state);
    default:
      return state satisfies never;
  }
}

type InnerEvent = Exclude<ConnectionEvent, { type: "close" | "go" }>;

function whileConnecting(state: Connecting, event: InnerEvent, now: number, random: number): Transition {
  switch (event.type) {
    case "token":
      return state.step === "asking" ? step(state, "dialing", "dial", now) : stay(state);
    case "line-open":
      return state.step === "dialing" ? step(state, "greeting", "greet", now) : stay(state);
    case "welcome": {
      const { attempt, trust } = state;
      return stay({ status: "open", since: now, attempt, trust, heartbeatMs: event.heartbeatMs });
    }
    case "token-refused":
      // Why a fresh one was needed says more than that there is none.
      return refused(state.error && state.trust === "spent" ? state.error : event.error);
    case "due":
      return waiting(state, event.error, now, random);
    case "failed":
      return afterFailure(state, event, now, random);
    case "new-token":
      return asking(FIRST, now);
    case "wake":
    case "expiring":
    case "goaway":
      return stay(state);
    default:
      return event satisfies never;
  }
}

function whileOpen(state: Open, event: InnerEvent, now: number, random: number): Transition {
  // Nothing is remembered against a line that held long enough to have been worth having.
  const trip = now - state.since < PROVEN_MS ? state : FIRST;
  switch (event.type) {
    case "failed":
      return afterFailure(trip, event, now, random, state.dueAt);
    case "goaway":
      return stay({ ...state, dueAt: now + random * event.withinMs });
    case "due":
      return asking(FIRST, now);
    case "wake":
      if (!event.isOnline && event.silentMs <= state.heartbeatMs + WAKE_GRACE_MS) return stay(state);
      return asking(trip, now);
    case "expiring":
      return { state, effects: ["ask-fresh"] };
    case "new-token":
      return { state, effects: ["ask"] };
    case "token-refused":
      return refused(event.error);
    case "token":
    case "line-open":
    case "welcome":
      return stay(state);
    default:
      return event satisfies never;
  }
}

function whileWaiting(state: Waiting, event: InnerEvent, now: number): Transition {
  switch (event.type) {
    case "due":
      return asking(state, now);
    case "wake":
      return now < state.notBefore ? stay({ ...state, retryAt: state.notBefore }) : asking(state, now);
    case "new-token":
      return asking(FIRST, now);
    default:
      return stay(state);
  }
}

/** The line is gone, or never came about; the action says what to do. */
function afterFailure(
  trip: Trip,
  { action, error }: { action: CloseAction; error: ChatError },
  now: number,
  random: number,
  leaveAt = now + random * SPREAD_MS,
): Transition {
  switch (action) {
    case "stop":
      return refused(error);
    case "renew":
      if (trip.trust === "spent") return refused(error);
      return asking({ attempt: trip.attempt, trust: "spent", error }, now, "ask-fresh");
    case "spread":
      return without(trip, error, leaveAt, now);
    case "retry":
      return waiting(trip, error, now, random);
    default:
      return action satisfies never;
  }
}

function asking(trip: Trip, now: number, effect: ConnectionEffect = "ask"): Transition {
  const { effects, ...next } = step(trip, "asking", effect, now);
  return { ...next, effects: ["hang-up", ...effects] };
}

function step(trip: Trip, step: Connecting["step"], effect: ConnectionEffect, now: number): Transition {
  const { attempt, trust, error } = trip;
  return {
    state: { status: "connecting", step, attempt, trust, dueAt: now + STEP_MS, ...(error && { error }) },
    effects: [effect],
  };
}

function waiting(trip: Trip, error: ChatError, now: number, random: number): Transition {
  const notBefore = now + (error.retryAfter ?? 0);
  return without(trip, error, notBefore + backoffMs(trip.attempt, random), notBefore);
}

function without(trip: Trip, error: ChatError, retryAt: number, notBefore: number): Transition {
  const { attempt, trust } = trip;
  return {
    state: { status: "waiting", attempt: attempt + 1, trust, error, retryAt, notBefore },
    effects: ["hang-up"],
  };
}

function refused(error: ChatError): Transition {
  return { state: { status: "refused", error }, effects: ["hang-up"] };
}

function stay(state: ConnectionState): Transition {
  return { state, effects: [] };
}
