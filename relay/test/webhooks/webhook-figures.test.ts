import { expect, test } from "vitest";
import type { WebhookState } from "../../src/webhooks/delivery.ts";
import { figuresOf } from "../../src/webhooks/webhook-figures.ts";

const state = (more: Partial<WebhookState>): WebhookState => ({
  app: "shop",
  url: "https://a.example/hooks/secret-in-a-path",
  state: "working",
  delivered: 0,
  failed: 0,
  unanswered: 0,
  dropped: 0,
  skipped: 0,
  waiting: 0,
  ...more,
});

test("webhooks are summed up by app and host, and nothing of their paths is told", () => {
  const figures = figuresOf(
    [
      state({
        delivered: 5,
        failed: 4,
        unanswered: 3,
        dropped: 7,
        skipped: 2,
        waiting: 1,
        waitingSince: 90_000,
      }),
      state({ url: "https://a.example/other", delivered: 1, state: "dead" }),
      state({ url: "https://b.example:8443/", state: "failing", waitingSince: 40_000, waiting: 2 }),
      state({ app: "forum", state: "standby" }),
    ],
    100_000,
  );
  const none = { taken: 0, refused: 0, unanswered: 0, skipped: 0, dropped: 0, waiting: 0, oldest: 0 };
  expect(figures).toEqual([
    {
      app: "shop",
      host: "a.example",
      taken: 6,
      refused: 1,
      unanswered: 3,
      skipped: 2,
      dropped: 5,
      waiting: 1,
      oldest: 10,
      failing: 0,
      dead: 1,
    },
    { ...none, app: "shop", host: "b.example:8443", waiting: 2, oldest: 60, failing: 1, dead: 0 },
    { ...none, app: "forum", host: "a.example", failing: 0, dead: 0 },
  ]);
  expect(JSON.stringify(figures)).not.toContain("secret");
});
