import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Judge, Question, Services } from "../hooks/gates.ts";
import type { AuthorizeRequest, PostRequest } from "../hooks/hooks.ts";
import { HookFault } from "../hooks/within.ts";
import type { Courier } from "./courier.ts";
import { letterTo, shownUrl, type Webhook } from "./webhook.ts";

/** Questions that one service may be working on. More of them would only wait behind each other. */
const MAX_ASKED = 100;

/** The webhooks that are asked before something happens. */
export class AskedWebhooks implements Services {
  readonly #courier: Pick<Courier, "carry">;
  readonly #clock: Clock;
  readonly #judges: Record<Question, Map<string, Judge[]>> = { authorize: new Map(), beforePost: new Map() };

  constructor(courier: Pick<Courier, "carry">, clock: Clock) {
    this.#courier = courier;
    this.#clock = clock;
  }

  /** Puts others in place. */
  update(webhooks: readonly Webhook[]): void {
    for (const question of ["authorize", "beforePost"] as const) {
      this.#judges[question].clear();
      for (const webhook of webhooks) {
        if (!webhook.options.ask?.includes(question)) continue;
        const judges = this.#judges[question].get(webhook.app) ?? [];
        this.#judges[question].set(webhook.app, [...judges, this.#judgeOf(webhook, question)]);
      }
    }
  }

  answers(question: Question, app: string): boolean {
    const judges = this.#judges[question];
    return judges.size > 0 && judges.has(app);
  }

  judges(question: Question, app: string): readonly Judge[] {
    return this.#judges[question].get(app) ?? [];
  }

  #judgeOf(webhook: Webhook, question: Question): Judge {
    let asked = 0;
    const { timeoutMs } = letterTo(webhook, { id: "", body: "", at: 0, isQuestion: true });
    return {
      name: `webhook ${shownUrl(webhook)}`,
      // The courier keeps the time; this is for the case that it does not.
      timeoutMs: timeoutMs + 1000,
      onFailure: webhook.options.onFailure ?? "refuse",
      ask: async (request) => {
        if (asked >= MAX_ASKED) throw new HookFault(`${MAX_ASKED} questions wait for it already`);
        asked++;
        try {
          return await this.#ask(webhook, question, request);
        } finally {
          asked--;
        }
      },
    };
  }

  async #ask(webhook: Webhook, type: Question, data: AuthorizeRequest | PostRequest): Promise<unknown> {
    const at = this.#clock.now();
    const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
    const id = `ask_${randomUUID()}`;
    const receipt = await this.#courier.carry(letterTo(webhook, { id, body, at, isQuestion: true }));
    if (!receipt.ok) throw new HookFault(receipt.why);
    if (receipt.status === 204) return undefined;
    if (receipt.status !== 200) throw new HookFault(`it answered with status ${receipt.status}`);
    try {
      return JSON.parse(receipt.body) as unknown;
    } catch {
      throw new HookFault("its answer is no JSON");
    }
  }
}
