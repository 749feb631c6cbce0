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
  /** A token was refused: if the fresh one is refused too, asking again would go in circles. */
  readonly isLastTry?: boolean;
  /** What ended the line before. */
  readonly error?: ChatError;
}

/** All states there are, with what each needs. `dueAt` is when one ends by itself, in ms since 1970. */
interface States {
  /** Made, and not started. */
  idle: object;
  /** A token is being fetched, then a line made, then the relay greeted. */
  connecting: Trip & { readonly step: "asking" | "dialing" | "greeting"; readonly dueAt: number };
  /** The relay said `welcome`. It is to be left at `dueAt`, if the relay said `goaway`. */
  open: Trip & { readonly since: number; readonly heartbeatMs: number; readonly dueAt?: number };
  /** No line until `retryAt`; a wake may cut that short, but not below what the relay asked for. */
  waiting: Trip & { readonly retryAt: number; readonly notBefore: number; readonly dueAt: number };
  /** Trying again would end the same way. */
  refused: { readonly error: ChatError };
  /** Over. */
  closed: object;
}

export type ConnectionStatus = keyof States;
type StateOf<S extends ConnectionStatus> = States[S] & { readonly status: S };
export type ConnectionState = { [S in ConnectionStatus]: StateOf<S> }[ConnectionStatus];

/** All that can happen, with what each brings along. */
interface Events {
  /** The application wants a connection, or a new one. */
  go: object;
  /** There is a token. */
  token: object;
  /** There will be no token: its source says no. */
  "token-refused": { readonly error: ChatError };
  "line-open": object;
  /** The line, the relay or the token's source failed; the action says what that means. */
  failed: { readonly action: CloseAction; readonly error: ChatError };
  welcome: { readonly heartbeatMs: number };
  /** The moment that `dueAt` named has come. */
  due: { readonly error: ChatError };
  /** The network is back (then the old line is not to be trusted), or somebody looks again. */
  wake: { readonly isOnline: boolean; readonly silentMs: number };
  /** The token ends soon. */
  expiring: object;
  goaway: { readonly within: number };
  /** The application gave another token. */
  "new-token": object;
  close: object;
}

export type ConnectionEventType = keyof Events;
type EventOf<E extends ConnectionEventType> = Events[E] & { readonly type: E };
export type ConnectionEvent = { [E in ConnectionEventType]: EventOf<E> }[ConnectionEventType];

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

const FIRST: Trip = { attempt: 0 };

type Rule<S extends ConnectionStatus, E extends ConnectionEventType> = (
  state: StateOf<S>,
  event: EventOf<E>,
  now: number,
  random: number,
) => Transition;

/** What each state does about each event. What is not listed changes nothing. */
type Rules = { [S in ConnectionStatus]: { [E in ConnectionEventType]?: Rule<S, E> } };

const close = (): Transition => move({ status: "closed" }, "hang-up");
const begin = (_state: object, _event: object, now: number): Transition => asking(FIRST, now);

const RULES: Rules = {
  idle: { close, go: begin },
  connecting: {
    close,
    go: begin,
    "new-token": begin,
    token: (state, _, now) => (state.step === "asking" ? step(state, "dialing", now, "dial") : move(state)),
    "line-open": (state, _, now) =>
      state.step === "dialing" ? step(state, "greeting", now, "greet") : move(state),
    welcome: (state, { heartbeatMs }, now) =>
      state.step === "greeting" ? opened(state, heartbeatMs, now) : move(state),
    // Why a fresh one was needed says more than that there is none.
    "token-refused": (state, { error }) => refused((state.isLastTry ? state.error : undefined) ?? error),
    due: (state, { error }, now, random) => waiting(state, error, now, random),
    failed: afterFailure,
  },
  open: {
    close,
    go: begin,
    due: begin,
    "new-token": (state) => move(state, "ask"),
    expiring: (state) => move(state, "ask-fresh"),
    "token-refused": (_, { error }) => refused(error),
    goaway: (state, { within }, now, random) => move({ ...state, dueAt: now + random * within }),
    wake: (state, { isOnline, silentMs }, now) =>
      isOnline || silentMs > state.heartbeatMs + WAKE_GRACE_MS
        ? asking(proven(state, now), now)
        : move(state),
    failed: (state, event, now, random) => {
      const trip = proven(state, now);
      // A token that was welcome a moment ago and ends the line now: another one is asked for, but not in a hurry.
      if (event.action === "renew" && trip !== FIRST) return waiting(trip, event.error, now, random);
      return afterFailure(trip, event, now, random, state.dueAt);
    },
  },
  waiting: {
    close,
    go: begin,
    "new-token": begin,
    due: (state, _, now) => asking(state, now),
    wake: (state, _, now) =>
      now < state.notBefore ? waitUntil(state, state.notBefore, state.notBefore) : asking(state, now),
  },
  refused: { close, go: begin, "new-token": begin },
  closed: {},
};

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
  // The table's type holds each rule to its state and event; a look-up by both is beyond what can be inferred.
  const rule = RULES[state.status][event.type] as Rule<never, never> | undefined;
  return rule ? rule(state as never, event as never, now, random) : move(state);
}

/** A token that was welcome is no refused one: whatever ends the line later, the next token is asked for anew. */
function opened({ attempt }: Trip, heartbeatMs: number, now: number): Transition {
  return move({ status: "open", since: now, heartbeatMs, attempt });
}

/** What is remembered against a line: nothing, if it held long enough to have been worth having. */
function proven(state: StateOf<"open">, now: number): Trip {
  // A clock that was set back says nothing about how long it held; then it is taken at its word.
  const heldMs = now - state.since;
  return heldMs >= 0 && heldMs < PROVEN_MS ? state : FIRST;
}

/** The line is gone, or never came about; the action says what to do. */
function afterFailure(
  trip: Trip,
  { action, error }: Events["failed"],
  now: number,
  random: number,
  leaveAt = now + random * SPREAD_MS,
): Transition {
  switch (action) {
    case "stop":
      return refused(error);
    case "renew":
      return trip.isLastTry ? refused(error) : asking({ ...trip, isLastTry: true, error }, now, "ask-fresh");
    case "spread":
      return waitUntil({ ...trip, error }, leaveAt, now);
    case "retry":
      return waiting(trip, error, now, random);
    default:
      return action satisfies never;
  }
}

function asking(trip: Trip, now: number, effect: ConnectionEffect = "ask"): Transition {
  return step(trip, "asking", now, "hang-up", effect);
}

function step(
  { attempt, isLastTry = false, error }: Trip,
  step: States["connecting"]["step"],
  now: number,
  ...effects: ConnectionEffect[]
): Transition {
  const trip = { attempt, isLastTry, ...(error && { error }) };
  return move({ status: "connecting", step, dueAt: now + STEP_MS, ...trip }, ...effects);
}

function waiting(trip: Trip, error: ChatError, now: number, random: number): Transition {
  const notBefore = now + (error.retryAfter ?? 0);
  return waitUntil(
    { ...trip, attempt: trip.attempt + 1, error },
    notBefore + backoffMs(trip.attempt, random),
    notBefore,
  );
}

function waitUntil(
  { attempt, isLastTry = false, error }: Trip,
  retryAt: number,
  notBefore: number,
): Transition {
  const trip = { attempt, isLastTry, ...(error && { error }) };
  return move({ status: "waiting", ...trip, retryAt, dueAt: retryAt, notBefore }, "hang-up");
}

function refused(error: ChatError): Transition {
  return move({ status: "refused", error }, "hang-up");
}

function move(state: ConnectionState, ...effects: ConnectionEffect[]): Transition {
  return { state, effects };
}
