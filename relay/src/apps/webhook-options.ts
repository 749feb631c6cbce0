import { hint } from "../option-check.ts";
import { OptionError, parseDuration } from "../options.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "../webhooks/event-types.ts";
import { isPublicAddress } from "../webhooks/public-address.ts";
import { readWebhookSecret } from "../webhooks/signature.ts";

/** What a webhook can be asked before it happens. */
const QUESTIONS = ["authorize", "beforePost"] as const;

/** Where an app wants to be told of what happens, or asked before it does, as its operator writes it down. */
export interface WebhookOptions {
  /** An http or https address. Each is named once in an app. */
  url: string;
  /** What deliveries are signed with: `whsec_` and base64, or several while one takes the place of another. */
  secret: string | readonly string[];
  /** The kinds of events to tell. Without, all; or none, where there is `ask`. */
  events?: readonly WebhookEvent[];
  /** What to ask and wait for. */
  ask?: readonly (typeof QUESTIONS)[number][];
  /** What holds when it does not answer what it is asked; `refuse` without. */
  onFailure?: "allow" | "refuse";
  /** How long it has to answer, in ms or as a text such as `5s`: 10 s without, and 2 s for what it is asked. */
  timeout?: number;
  /** True when it may be on this machine or its network. */
  allowPrivate?: boolean;
}

const FIELDS = ["url", "secret", "events", "ask", "onFailure", "timeout", "allowPrivate"] as const;

/** Webhooks of one app, and secrets of one webhook. Each event costs something for each. */
const MAX_WEBHOOKS = 10;
const MAX_SECRETS = 5;

const MAX_TIMEOUT_MS = 30_000;

/**
 * Checks an app's webhooks as they were written down. Times in them become milliseconds.
 *
 * @throws OptionError for the first that is wrong; no secret is ever repeated
 */
export function checkWebhooks(value: unknown, shown: string): readonly WebhookOptions[] {
  if (!Array.isArray(value)) throw new OptionError(`${shown}: \`webhooks\` must be a list.`);
  if (value.length > MAX_WEBHOOKS)
    throw new OptionError(`${shown}: there may be ${MAX_WEBHOOKS} webhooks at most.`);
  const hooks = value.map((hook, at) => checkWebhook(hook, `${shown}, webhook ${at + 1}`));
  const urls = hooks.map(({ url }) => new URL(url).href);
  if (new Set(urls).size < urls.length)
    throw new OptionError(`${shown}: two webhooks have the same \`url\`; make one of them.`);
  return hooks;
}

type Given = Partial<Record<(typeof FIELDS)[number], unknown>>;

function checkWebhook(value: unknown, shown: string): WebhookOptions {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new OptionError(`${shown} must be an object with \`url\` and \`secret\`.`);
  const unknown = Object.keys(value).find((name) => !(FIELDS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new OptionError(`${shown} has an unknown \`${unknown}\`.${hint(unknown, FIELDS)}`);
  const { url, secret, events, ask, onFailure, timeout, allowPrivate } = value as Given;
  if (allowPrivate !== undefined && typeof allowPrivate !== "boolean")
    throw new OptionError(`${shown}: \`allowPrivate\` must be true or false.`);
  if (onFailure !== undefined && onFailure !== "allow" && onFailure !== "refuse")
    throw new OptionError(`${shown}: \`onFailure\` must be allow or refuse.`);
  return {
    url: checkUrl(url, allowPrivate === true, shown),
    secret: checkSecret(secret, shown),
    ...(events !== undefined && { events: checkNames(events, "events", WEBHOOK_EVENTS, shown) }),
    ...(ask !== undefined && { ask: checkNames(ask, "ask", QUESTIONS, shown) }),
    ...(onFailure !== undefined && { onFailure }),
    ...(timeout !== undefined && { timeout: checkTimeout(timeout, shown) }),
    ...(allowPrivate !== undefined && { allowPrivate }),
  };
}

function checkUrl(value: unknown, allowPrivate: boolean, shown: string): string {
  if (typeof value !== "string" || !URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw new OptionError(`${shown}: \`url\` must be an http or https address.`);
  const { username, password, hostname } = new URL(value);
  if (username !== "" || password !== "")
    throw new OptionError(`${shown}: \`url\` must hold no name and password; deliveries are signed instead.`);
  const host = hostname.replaceAll(/^\[|\]$/g, "");
  // Names are looked up when something is delivered, and held against the same rule then.
  if (!allowPrivate && /^[\d.]+$|:/.test(host) && !isPublicAddress(host))
    throw new OptionError(
      `${shown}: \`url\` is an address of this machine or its network; \`"allowPrivate": true\` would allow that.`,
    );
  return value;
}

function checkSecret(value: unknown, shown: string): string | readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isRight = (secret: unknown): boolean =>
    typeof secret === "string" && readWebhookSecret(secret) !== undefined;
  if (secrets.length === 0 || secrets.length > MAX_SECRETS || !secrets.every(isRight))
    throw new OptionError(
      `${shown}: \`secret\` must be \`whsec_\` and 24 to 64 random bytes as base64, or a list of up to ${MAX_SECRETS} of those.`,
    );
  return value as string | readonly string[];
}

function checkNames<const T extends string>(
  value: unknown,
  field: string,
  known: readonly T[],
  shown: string,
): readonly T[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    throw new OptionError(`${shown}: \`${field}\` must be a list of texts.`);
  const unknown = value.find((item) => !(known as readonly string[]).includes(item));
  if (unknown !== undefined)
    throw new OptionError(
      `${shown}: \`${field}\` has an unknown ${JSON.stringify(unknown)}; it may have ${known.join(", ")}.`,
    );
  return value as T[];
}

function checkTimeout(value: unknown, shown: string): number {
  const ms = typeof value === "string" ? parseDuration(value) : value;
  if (typeof ms === "number" && ms >= 100 && ms <= MAX_TIMEOUT_MS) return ms;
  throw new OptionError(`${shown}: \`timeout\` must be a time such as 5s, from 100ms to 30s.`);
}
