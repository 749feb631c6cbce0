import { createHash } from "node:crypto";
import type { WebhookOptions } from "../apps/webhook-options.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "./event-types.ts";
import { readWebhookSecret, signedHeaders } from "./signature.ts";
import type { Letter } from "./courier.ts";

/** One webhook of an app, ready to be used. */
export interface Webhook {
  /** The same as long as app and address are. */
  id: string;
  app: string;
  url: URL;
  keys: readonly Buffer[];
  events: readonly WebhookEvent[];
  options: WebhookOptions;
}

/** How long an endpoint has for what it is told, and for what it is asked while somebody waits. */
const TELL_MS = 10_000;
const ASK_MS = 2000;

/** Bytes of an answer to a question. */
const ANSWER_BYTES = 64 * 1024;

export function makeWebhook(app: string, options: WebhookOptions): Webhook {
  const { secret, events, ask } = options;
  const url = new URL(options.url);
  const secrets = typeof secret === "string" ? [secret] : secret;
  return {
    id: createHash("sha256").update(`${app}\n${url.href}`).digest("hex").slice(0, 16),
    app,
    url,
    keys: secrets.flatMap((each) => readWebhookSecret(each) ?? []),
    events: events ?? (ask ? [] : WEBHOOK_EVENTS),
    options,
  };
}

/** The address without what may be a secret in it. */
export function shownUrl({ url }: Webhook): string {
  return url.origin + url.pathname;
}

/** What is sent to a webhook, signed at the moment it is. `at`: ms since 1970. */
export function letterTo(
  webhook: Webhook,
  { id, body, at, isQuestion }: { id: string; body: string; at: number; isQuestion: boolean },
): Letter {
  const { url, keys, options } = webhook;
  return {
    url,
    headers: {
      ...signedHeaders(keys, { id, at: Math.floor(at / 1000), body }),
      "user-agent": "natter-relay",
      accept: "application/json",
    },
    body,
    timeoutMs: options.timeout ?? (isQuestion ? ASK_MS : TELL_MS),
    allowPrivate: options.allowPrivate === true,
    answerBytes: isQuestion ? ANSWER_BYTES : 0,
  };
}
