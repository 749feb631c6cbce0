import type { WebhookState } from "./delivery.ts";

/** How the webhooks of one app with one host are doing, for metrics. */
export interface WebhookFigures {
  app: string;
  /** The host alone: paths may hold secrets. */
  host: string;
  /** Attempts, by what became of them: taken, answered otherwise, or not answered. */
  taken: number;
  refused: number;
  unanswered: number;
  /** What was given up: not taken for a day, or too much to wait. */
  skipped: number;
  dropped: number;
  waiting: number;
  /** Seconds since the oldest that waits happened. */
  oldest: number;
  failing: number;
  dead: number;
}

/** Sums up what is told of webhooks, by app and host. `now`: ms since 1970. Pure. */
export function figuresOf(states: readonly WebhookState[], now: number): WebhookFigures[] {
  const all = new Map<string, WebhookFigures>();
  for (const state of states) {
    const { app } = state;
    const { host } = new URL(state.url);
    const key = `${app}\n${host}`;
    const sum = all.get(key) ?? nothing(app, host);
    all.set(key, sum);
    sum.taken += state.delivered;
    sum.refused += state.failed - state.unanswered;
    sum.unanswered += state.unanswered;
    sum.skipped += state.skipped;
    sum.dropped += state.dropped - state.skipped;
    sum.waiting += state.waiting;
    if (state.waitingSince !== undefined) {
      sum.oldest = Math.max(sum.oldest, (now - state.waitingSince) / 1000);
    }
    if (state.state === "failing") sum.failing++;
    if (state.state === "dead") sum.dead++;
  }
  return [...all.values()];
}

function nothing(app: string, host: string): WebhookFigures {
  const none = { taken: 0, refused: 0, unanswered: 0, skipped: 0, dropped: 0, waiting: 0 };
  return { app, host, ...none, oldest: 0, failing: 0, dead: 0 };
}
