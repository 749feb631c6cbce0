/*
 * The life of a connection: one chat, many lines one after the other.
 *
 *                      token            line-open          welcome
 *   idle ──start──▶ asking ─────▶ dialing ─────▶ greeting ─────▶ open
 *                     ▲ │ token-failed │ line-closed │ line-closed │ line-closed, silent, due (goaway)
 *                     │ ▼              ▼             ▼             ▼
 *         due, wake   └──────────────────  waiting  ◀──────────────┘
 *
 *   any but idle, closed ── a final close code, token-refused ──▶ refused ── restart, new-token ──▶ asking
 *   any ── close ──▶ closed
 *
 * A close with 4401 leads from dialing, greeting or open straight back to asking, for a fresh token, once.
 *
 * Nothing here looks at a clock, rolls dice or touches a socket: `transition` says what comes next and what is
 * to be done, `Connection` does it. Every state that waits for something has an end (`dueAt`), so none is stuck.
 */
import type { ChatError } from "../chat-error.ts";
import type { CloseAction } from "../protocol/close-codes.ts";
import { backoffMs } from "./backoff.ts";
import type { WakeReason } from "./wake.ts";

/**
 * What every state between two welcomes remembers.
 *
 * - `attempt`: lines in a row that failed, or ended before they had proved themselves.
 * - `trust`: `spent` once a token was refused; if the fresh one is refused too, asking again would go round in
 *   circles.
 * - `error`: what ended the line before.
 */
interface Trip {
  readonly attempt: number;
  readonly trust: "usual" | "spent";
  readonly error?: ChatError;
}

/** Made, and not started. */
export interface Idle {
  readonly status: "idle";
}
/** A token is being fetched. */
export interface Asking extends Trip {
  readonly status: "asking";
  readonly giveUpAt: number;
}
/** The line is being made. */
export interface Dialing extends Trip {
  readonly status: "dialing";
  readonly giveUpAt: number;
  readonly token: string;
}
/** The line stands and `hello` was said. */
export interface Greeting extends Trip {
  readonly status: "greeting";
  readonly giveUpAt: number;
}
/** The relay said `welcome`. `leaveAt` after a `goaway`; `renewAt` while a fresh token is overdue. */
export interface Open {
  readonly status: "open";
  readonly since: number;
  readonly attempt: number;
  readonly trust: "usual" | "spent";
  readonly heartbeatMs: number;
  readonly renewals: number;
  readonly leaveAt?: number;
  readonly renewAt?: number;
}
/** No line until `retryAt`. A wake may cut the wait short, but not below what the relay asked for. */
export interface Waiting extends Trip {
  readonly status: "waiting";
  readonly retryAt: number;
  readonly notBefore: number;
}
/** Trying again would end the same way. Only a new token or a restart leads out. */
export interface Refused {
  readonly status: "refused";
  readonly error: ChatError;
}
/** Over, by the application's wish. */
export interface Closed {
  readonly status: "closed";
}

export type ConnectionState = Idle | Asking | Dialing | Greeting | Open | Waiting | Refused | Closed;

export type ConnectionEvent =
  | { type: "start" }
  | { type: "token"; token: string }
  /** The token's source failed in passing. */
  | { type: "token-failed"; error: ChatError }
  /** The token's source said no, or has no other token to give (then without an error of its own). */
  | { type: "token-refused"; error?: ChatError; fallback: ChatError }
  | { type: "line-open" }
  | { type: "line-closed"; action: CloseAction; error: ChatError }
  | { type: "welcome"; heartbeatMs: number }
  /** Nothing was heard for too long. */
  | { type: "silent"; error: ChatError }
  /** The moment that `dueAt` named has come. */
  | { type: "due"; error: ChatError }
  | { type: "wake"; reason: WakeReason | "slept"; silentMs: number }
  | { type: "expiring" }
  /** The relay refused a renewal because the new token names somebody else. */
  | { type: "identity-changed"; error: ChatError }
  | { type: "goaway"; withinMs: number }
  /** The application gave another token, or another source of tokens. */
  | { type: "new-token" }
  /** The application wants a new line now. */
  | { type: "restart" }
  | { type: "close" };

export type ConnectionEffect =
  /** Ask the source for a token; `fresh`: one that was kept will not do. */
  | { type: "get-token"; fresh: boolean }
  | { type: "open-line" }
  | { type: "say-hello"; token: string }
  /** Send a `token` packet on the live line. */
  | { type: "renew"; token: string }
  | { type: "drop-line" };

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/** How long a token's source may take. */
const TOKEN_MS = 30_000;
/** How long a line may take to stand, and then the relay to greet. */
const LINE_MS = 15_000;
/** A line that ended sooner proved nothing: the back-off goes on where it was. */
const PROVEN_MS = 10_000;
/** Over how long clients spread when a relay restarts without having said over how long. */
const SPREAD_MS = 5_000;
/** A sleeping machine's line is taken for dead after a heartbeat and this much silence. */
const WAKE_GRACE_MS = 5_000;

export const IDLE: Idle = { status: "idle" };

/** When the state ends by itself (a `due` event), in ms since 1970. */
export function dueAt(state: ConnectionState): number | undefined {
  switch (state.status) {
    case "asking":
    case "dialing":
    case "greeting":
      return state.giveUpAt;
    case "open":
      return state.leaveAt === undefined || (state.renewAt ?? Infinity) < state.leaveAt
        ? state.renewAt
        : state.leaveAt;
    case "waiting":
      return state.retryAt;
    case "idle":
    case "refused":
    case "closed":
      return undefined;
    default:
      return state satisfies never;
  }
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
  if (state.status === "closed") return stay(state);
  switch (event.type) {
    case "close":
      return { state: { status: "closed" }, effects: hangUp(state) };
    case "restart":
      return state.status === "idle" ? stay(state) : asking(state, FIRST, now, false);
    case "token-refused":
      return whenTokenRefused(state, event);
    case "new-token":
      return whenNewToken(state, now);
    default:
      return inState(state, event, now, random);
  }
}

type InnerEvent = Exclude<
  ConnectionEvent,
  { type: "close" | "restart" | "token-refused" | "new-token" }
>;

function inState(
  state: Exclude<ConnectionState, Closed>,
  event: InnerEvent,
  now: number,
  random: number,
): Transition {
  switch (state.status) {
    case "idle":
      return event.type === "start" ? asking(state, FIRST, now, false) : stay(state);
    case "asking":
      return inAsking(state, event, now, random);
    case "dialing":
      return inDialing(state, event, now, random);
    case "greeting":
      return inGreeting(state, event, now, random);
    case "open":
      return inOpen(state, event, now, random);
    case "waiting":
      return inWaiting(state, event, now);
    case "refused":
      return stay(state);
    default:
      return state satisfies never;
  }
}

function inAsking(state: Asking, event: InnerEvent, now: number, random: number): Transition {
  switch (event.type) {
    case "token":
      return {
        state: { ...state, status: "dialing", token: event.token, giveUpAt: now + LINE_MS },
        effects: [{ type: "open-line" }],
      };
    case "token-failed":
    case "due":
      return waiting(state, state, event.error, now, random);
    default:
      return stay(state);
  }
}

function inDialing(state: Dialing, event: InnerEvent, now: number, random: number): Transition {
  switch (event.type) {
    case "line-open": {
      const { token, ...trip } = state;
      return {
        state: { ...trip, status: "greeting", giveUpAt: now + LINE_MS },
        effects: [{ type: "say-hello", token }],
      };
    }
    case "due":
      return waiting(state, state, event.error, now, random);
    case "line-closed":
      return afterLine(state, state, event, now, random);
    default:
      return stay(state);
  }
}

function inGreeting(state: Greeting, event: InnerEvent, now: number, random: number): Transition {
  switch (event.type) {
    case "welcome": {
      const { attempt, trust } = state;
      const { heartbeatMs } = event;
      return stay({ status: "open", since: now, attempt, trust, heartbeatMs, renewals: 0 });
    }
    case "due":
    case "silent":
      return waiting(state, state, event.error, now, random);
    case "line-closed":
      return afterLine(state, state, event, now, random);
    default:
      return stay(state);
  }
}

function inOpen(state: Open, event: InnerEvent, now: number, random: number): Transition {
  switch (event.type) {
    case "line-closed":
      return afterLine(state, tripAfter(state, now), event, now, random, state.leaveAt);
    case "silent":
      return waiting(state, tripAfter(state, now), event.error, now, random);
    case "goaway":
      return stay({ ...state, leaveAt: now + random * event.withinMs });
    case "due":
      return whenOpenIsDue(state, now);
    case "wake":
      return isSuspect(state, event) ? asking(state, tripAfter(state, now), now, false) : stay(state);
    case "identity-changed":
      return asking(state, FIRST, now, false);
    case "expiring":
      return { state, effects: [{ type: "get-token", fresh: true }] };
    case "token":
      return { state: withoutRenewal(state), effects: [{ type: "renew", token: event.token }] };
    case "token-failed":
      return stay({
        ...state,
        renewals: state.renewals + 1,
        renewAt: now + 1_000 + backoffMs(state.renewals, random),
      });
    default:
      return stay(state);
  }
}

function inWaiting(state: Waiting, event: InnerEvent, now: number): Transition {
  if (event.type === "due") return asking(state, state, now, false);
  if (event.type !== "wake") return stay(state);
  if (now >= state.notBefore) return asking(state, state, now, false);
  return stay({ ...state, retryAt: Math.min(state.retryAt, state.notBefore) });
}

/** Of the two things an open line can be due for, leaving makes the other needless. */
function whenOpenIsDue(state: Open, now: number): Transition {
  if (state.leaveAt !== undefined && state.leaveAt <= now) return asking(state, FIRST, now, false);
  const { renewAt: _, ...rest } = state;
  return { state: rest, effects: [{ type: "get-token", fresh: true }] };
}

/** After `online` the old line runs over a network that is gone; after sleep, silence tells. */
function isSuspect(state: Open, event: { reason: WakeReason | "slept"; silentMs: number }): boolean {
  return event.reason === "online" || event.silentMs > state.heartbeatMs + WAKE_GRACE_MS;
}

function whenTokenRefused(
  state: ConnectionState,
  event: { error?: ChatError; fallback: ChatError },
): Transition {
  if (state.status === "asking") return refused(state, event.error ?? state.error ?? event.fallback);
  // A fixed token that cannot be renewed is no reason to leave before it ends; a firm no is.
  return state.status === "open" && event.error ? refused(state, event.error) : stay(state);
}

function whenNewToken(state: ConnectionState, now: number): Transition {
  if (state.status === "idle") return stay(state);
  if (state.status !== "open") return asking(state, FIRST, now, false);
  return { state: withoutRenewal(state), effects: [{ type: "get-token", fresh: false }] };
}

const FIRST: Trip = { attempt: 0, trust: "usual" };

/** What is remembered of an open line: nothing, if it held long enough to have been worth having. */
function tripAfter(state: Open, now: number): Trip {
  if (now - state.since >= PROVEN_MS) return FIRST;
  return { attempt: state.attempt, trust: state.trust };
}

/** The line is gone; its close code says what to do. */
function afterLine(
  from: ConnectionState,
  trip: Trip,
  event: { action: CloseAction; error: ChatError },
  now: number,
  random: number,
  leaveAt = now + random * SPREAD_MS,
): Transition {
  const { action, error } = event;
  switch (action) {
    case "stop":
      return refused(from, error);
    case "renew":
      if (trip.trust === "spent") return refused(from, error);
      return asking(from, { attempt: trip.attempt, trust: "spent", error }, now, true);
    case "spread":
      return stay({ status: "waiting", ...carry(trip, error), retryAt: leaveAt, notBefore: now });
    case "retry":
      return waiting(from, trip, error, now, random);
    default:
      return action satisfies never;
  }
}

function asking(from: ConnectionState, trip: Trip, now: number, fresh: boolean): Transition {
  return {
    state: { status: "asking", ...carry(trip, trip.error), giveUpAt: now + TOKEN_MS },
    effects: [...hangUp(from), { type: "get-token", fresh }],
  };
}

function waiting(
  from: ConnectionState,
  trip: Trip,
  error: ChatError,
  now: number,
  random: number,
): Transition {
  const notBefore = now + (error.retryAfter ?? 0);
  const retryAt = notBefore + backoffMs(trip.attempt, random);
  const { attempt, ...rest } = carry(trip, error);
  return {
    state: { status: "waiting", ...rest, attempt: attempt + 1, retryAt, notBefore },
    effects: hangUp(from),
  };
}

function refused(from: ConnectionState, error: ChatError): Transition {
  return { state: { status: "refused", error }, effects: hangUp(from) };
}

function stay(state: ConnectionState): Transition {
  return { state, effects: [] };
}

function carry(trip: Trip, error: ChatError | undefined): Trip {
  return { attempt: trip.attempt, trust: trip.trust, ...(error && { error }) };
}

function withoutRenewal(state: Open): Open {
  const { renewAt: _, ...rest } = state;
  return { ...rest, renewals: 0 };
}

function hangUp(state: ConnectionState): ConnectionEffect[] {
  const { status } = state;
  return status === "dialing" || status === "greeting" || status === "open" ? [{ type: "drop-line" }] : [];
}
