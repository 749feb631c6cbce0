import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChatError } from "../../src/chat-error.ts";
import {
  transition,
  type ConnectionEvent,
  type ConnectionEventType,
  type ConnectionState,
} from "../../src/connection/machine.ts";

const NOW = 1_000_000;
const error = new ChatError("unavailable", "The line is gone.");
const earlier = new ChatError("token-expired", "The token has ended.");

const STATES = {
  idle: { status: "idle" },
  asking: { status: "connecting", step: "asking", attempt: 2, dueAt: NOW + 20_000 },
  dialing: { status: "connecting", step: "dialing", attempt: 2, dueAt: NOW + 20_000 },
  greeting: { status: "connecting", step: "greeting", attempt: 2, dueAt: NOW + 20_000 },
  open: { status: "open", since: NOW - 60_000, heartbeatMs: 25_000, attempt: 2 },
  waiting: { status: "waiting", attempt: 3, error, retryAt: NOW + 4_000, dueAt: NOW + 4_000, notBefore: NOW },
  refused: { status: "refused", error },
  closed: { status: "closed" },
} satisfies Record<string, ConnectionState>;

const EVENTS: { [E in ConnectionEventType]: Extract<ConnectionEvent, { type: E }> } = {
  go: { type: "go" },
  token: { type: "token" },
  "token-refused": { type: "token-refused", error },
  "line-open": { type: "line-open" },
  failed: { type: "failed", action: "retry", error },
  welcome: { type: "welcome", heartbeatMs: 25_000 },
  due: { type: "due", error },
  wake: { type: "wake", isOnline: true, silentMs: 0 },
  expiring: { type: "expiring" },
  goaway: { type: "goaway", within: 10_000 },
  "new-token": { type: "new-token" },
  close: { type: "close" },
};

type StateName = keyof typeof STATES;

// Where each event leads from each state, and what is to be done; "same" when nothing changes.
const stay = "same";
const ask = "asking hang-up ask";
const wait = "waiting hang-up";
const refuse = "refused hang-up";
const close = "closed hang-up";
const connecting = {
  go: ask,
  "token-refused": refuse,
  failed: wait,
  due: wait,
  wake: stay,
  expiring: stay,
  goaway: stay,
  "new-token": ask,
  close,
};

const TABLE: Record<StateName, Record<ConnectionEventType, string>> = {
  idle: {
    go: ask,
    token: stay,
    "token-refused": stay,
    "line-open": stay,
    failed: stay,
    welcome: stay,
    due: stay,
    wake: stay,
    expiring: stay,
    goaway: stay,
    "new-token": stay,
    close,
  },
  asking: { ...connecting, token: "dialing dial", "line-open": stay, welcome: stay },
  dialing: { ...connecting, token: stay, "line-open": "greeting greet", welcome: stay },
  greeting: { ...connecting, token: stay, "line-open": stay, welcome: "open" },
  open: {
    go: ask,
    token: stay,
    "token-refused": refuse,
    "line-open": stay,
    failed: wait,
    welcome: stay,
    due: ask,
    wake: ask,
    expiring: "same ask-fresh",
    goaway: "open",
    "new-token": "same ask",
    close,
  },
  waiting: {
    go: ask,
    token: stay,
    "token-refused": stay,
    "line-open": stay,
    failed: stay,
    welcome: stay,
    due: ask,
    wake: ask,
    expiring: stay,
    goaway: stay,
    "new-token": ask,
    close,
  },
  refused: {
    go: ask,
    token: stay,
    "token-refused": stay,
    "line-open": stay,
    failed: stay,
    welcome: stay,
    due: stay,
    wake: stay,
    expiring: stay,
    goaway: stay,
    "new-token": ask,
    close,
  },
  closed: {
    go: stay,
    token: stay,
    "token-refused": stay,
    "line-open": stay,
    failed: stay,
    welcome: stay,
    due: stay,
    wake: stay,
    expiring: stay,
    goaway: stay,
    "new-token": stay,
    close: stay,
  },
};

const nameOf = (state: ConnectionState): string =>
  state.status === "connecting" ? state.step : state.status;

describe("every event in every state", () => {
  for (const [name, row] of Object.entries(TABLE) as [StateName, Record<ConnectionEventType, string>][]) {
    for (const [type, expected] of Object.entries(row) as [ConnectionEventType, string][]) {
      test(`${name} ── ${type} ──▶ ${expected}`, () => {
        const before = STATES[name];
        const { state, effects } = transition(before, EVENTS[type], NOW, 0.5);
        const after = state === before ? "same" : nameOf(state);
        expect([after, ...effects].join(" ")).toBe(expected);
      });
    }
  }
});

describe("what a line's end leads to", () => {
  const fail = (state: ConnectionState, action: "stop" | "renew" | "spread" | "retry") =>
    transition(state, { type: "failed", action, error }, NOW, 0.5);

  test("stop ends in refused, with the reason", () => {
    expect(fail(STATES.open, "stop").state).toEqual({ status: "refused", error });
  });

  test("renew asks for a fresh token once, and remembers that it did", () => {
    const { state, effects } = fail(STATES.greeting, "renew");
    expect(effects).toEqual(["hang-up", "ask-fresh"]);
    expect(state).toMatchObject({ step: "asking", isLastTry: true, error });
    expect(fail({ ...STATES.greeting, isLastTry: true }, "renew").state).toEqual({
      status: "refused",
      error,
    });
  });

  test("a source that has no other token is refused with what the relay had against the last one", () => {
    const state: ConnectionState = { ...STATES.asking, isLastTry: true, error: earlier };
    const refusal = transition(state, { type: "token-refused", error }, NOW, 0.5);
    expect(refusal.state).toEqual({ status: "refused", error: earlier });
  });

  test("a token that was welcome was no refused one: after it another may be asked for", () => {
    const { state } = transition({ ...STATES.greeting, isLastTry: true }, EVENTS.welcome, NOW, 0.5);
    expect(fail(state, "renew").state).toMatchObject({ status: "waiting", attempt: 3 });
    const { state: later } = transition(state, { type: "failed", action: "renew", error }, NOW + 10_000, 0.5);
    expect(later).toMatchObject({ status: "connecting", step: "asking" });
  });

  test("spread waits a random part of five seconds, or until the moment that goaway had set", () => {
    expect(fail(STATES.open, "spread").state).toMatchObject({ retryAt: NOW + 2_500 });
    const leaving: ConnectionState = { ...STATES.open, dueAt: NOW + 777 };
    expect(fail(leaving, "spread").state).toMatchObject({ retryAt: NOW + 777 });
  });

  test("retry waits with full jitter, and never shorter than the relay asked for", () => {
    expect(fail(STATES.dialing, "retry").state).toMatchObject({ attempt: 3, retryAt: NOW + 2_000 });
    const patient = new ChatError("unavailable", "Too many people.", { retryAfter: 30_000 });
    const told = transition(STATES.dialing, { type: "failed", action: "retry", error: patient }, NOW, 0.5);
    expect(told.state).toMatchObject({ retryAt: NOW + 32_000, notBefore: NOW + 30_000 });
    const woken = transition(told.state, EVENTS.wake, NOW + 10_000, 0.5);
    expect(woken.state).toMatchObject({ status: "waiting", retryAt: NOW + 30_000 });
  });

  test("a line that ended soon counts as a try that failed; one that held wipes the slate", () => {
    const since = (ms: number): ConnectionState => ({ ...STATES.open, since: NOW - ms });
    expect(fail(since(9_999), "retry").state).toMatchObject({ attempt: 3 });
    expect(fail(since(10_000), "retry").state).toMatchObject({ attempt: 1 });
  });
});

test("a wake without news of the network trusts a line that was heard within a heartbeat and five seconds", () => {
  const wake = (silentMs: number) =>
    transition(STATES.open, { type: "wake", isOnline: false, silentMs }, NOW, 0.5).state;
  expect(wake(30_000)).toBe(STATES.open);
  expect(nameOf(wake(30_001))).toBe("asking");
});

const events = fc
  .constantFrom(...Object.values<ConnectionEvent>(EVENTS))
  .chain((event): fc.Arbitrary<ConnectionEvent> =>
    event.type === "failed"
      ? fc
          .constantFrom("stop" as const, "renew" as const, "spread" as const, "retry" as const)
          .map((action) => ({
            ...event,
            action,
          }))
      : fc.constant(event),
  );

test("[P8] no sequence of events leads into a state that waits for ever, or out of closed", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(events, fc.nat(60_000), fc.double({ min: 0, max: 1, noNaN: true }))),
      (steps) => {
        let state: ConnectionState = { status: "idle" };
        let now = NOW;
        for (const [event, ms, random] of steps) {
          now += ms;
          const before = state;
          ({ state } = transition(state, event, now, random));
          if (before.status === "closed") expect(state).toBe(before);
          if (state.status === "connecting") expect(state.dueAt - now).toBeLessThanOrEqual(20_000);
          if (state.status === "waiting") expect(state.retryAt - now).toBeLessThanOrEqual(20_000);
        }
      },
    ),
  );
});

test("the same state, event, time and chance always lead to the same place, and change nothing that was", () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(STATES)), events, fc.nat(100_000), (state, event, ms) => {
      const frozen = Object.freeze({ ...state });
      expect(transition(frozen, event, NOW + ms, 0.3)).toEqual(transition(frozen, event, NOW + ms, 0.3));
    }),
  );
});
