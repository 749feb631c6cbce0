import { hint } from "../option-check.ts";
import { OptionError } from "../options.ts";

/** Where an app wants to be told of what happens, as its operator writes it down. */
export interface WebhookOptions {
  /** An http or https address. */
  url: string;
  /** What deliveries are signed with. */
  secret: string;
  /** The kinds of events to tell; all without. */
  events?: readonly string[];
}

const FIELDS = ["url", "secret", "events"] as const;

/**
 * Checks an app's webhooks as they were written down.
 *
 * @throws OptionError for the first that is wrong; no secret is ever repeated
 */
export function checkWebhooks(value: unknown, shown: string): readonly WebhookOptions[] {
  if (!Array.isArray(value)) throw new OptionError(`${shown}: \`webhooks\` must be a list.`);
  return value.map((hook, at) => checkWebhook(hook, `${shown}, webhook ${at + 1}`));
}

function checkWebhook(value: unknown, shown: string): WebhookOptions {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new OptionError(`${shown} must be an object with \`url\` and \`secret\`.`);
  const unknown = Object.keys(value).find((name) => !(FIELDS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new OptionError(`${shown} has an unknown \`${unknown}\`.${hint(unknown, FIELDS)}`);
  const { url, secret, events } = value as Partial<Record<(typeof FIELDS)[number], unknown>>;
  if (typeof url !== "string" || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new OptionError(`${shown}: \`url\` must be an http or https address.`);
  if (typeof secret !== "string" || secret === "")
    throw new OptionError(`${shown}: \`secret\` must be a text that is not empty.`);
  if (events !== undefined && !isTexts(events))
    throw new OptionError(`${shown}: \`events\` must be a list of texts.`);
  return { url, secret, ...(events !== undefined && { events }) };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
