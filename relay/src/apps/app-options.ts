import { checkOption, hint, isOption, readJsonOption } from "../option-check.ts";
import { OPTIONS, OptionError, PER_APP, type FlatConfig, type OptionName } from "../options.ts";
import { checkKeys, type KeyOptions } from "../auth/key-options.ts";
import { checkWebhooks, type WebhookOptions } from "./webhook-options.ts";

type PerApp = typeof PER_APP;
type In<Where> = { [Name in keyof PerApp]: PerApp[Name] extends Where ? Name : never }[keyof PerApp];

/** An app, as its operator writes it down. What it does not say it has from the relay. */
export interface AppOptions extends Partial<Pick<FlatConfig, In<"app">>> {
  keys?: readonly KeyOptions[];
  /** How much of each room is kept: events at most, and for how long (ms, or a text such as `90d`). */
  retention?: { count?: number; age?: number };
  /** By the names that the same limits have as settings of the relay. */
  limits?: Partial<Pick<FlatConfig, In<"limits">>>;
  webhooks?: readonly WebhookOptions[];
}

/**
 * The settings that are more than one value. `apps`: one record for each app, by its id. Without it there is one
 * app, which has the relay's own settings, and its `keys` and `webhooks` stand here.
 */
export interface AppRecords {
  readonly apps?: Readonly<Record<string, AppOptions>>;
  readonly keys?: readonly KeyOptions[];
  readonly webhooks?: readonly WebhookOptions[];
}

export const RECORDS = ["apps", "keys", "webhooks"] as const;

/** Whether a setting is one of {@link RECORDS}. */
export function isRecord(name: string): name is (typeof RECORDS)[number] {
  return (RECORDS as readonly string[]).includes(name);
}

/** Settings of the relay that would be one app's in a relay that has several: each of them says its own. */
const OF_ONE_APP = ["secret", "app", "origins", "guests", "defaultRole"] as const satisfies OptionName[];

/**
 * Checks the records of apps. Times in them become milliseconds.
 *
 * @param flat the relay's other settings, as far as they are given
 * @param shown what sentences begin with
 * @throws OptionError for the first that is unknown or wrong
 */
export function checkRecords(
  { apps, keys, webhooks }: { [Name in (typeof RECORDS)[number]]?: unknown },
  flat: Partial<FlatConfig>,
  shown = "",
): AppRecords {
  if (apps === undefined) {
    return {
      ...(keys !== undefined && { keys: checkKeys(keys, `${shown}The relay's own app`) }),
      ...(webhooks !== undefined && { webhooks: checkWebhooks(webhooks, `${shown}The relay's own app`) }),
    };
  }
  if (keys !== undefined || webhooks !== undefined)
    throw new OptionError(`${shown}With \`apps\`, keys and webhooks stand in the record of each app.`);
  for (const name of OF_ONE_APP) {
    if (flat[name] === undefined || String(flat[name]) === String(OPTIONS[name].default)) continue;
    const where = name === "secret" ? "its `keys`" : name === "app" ? "its name" : `its own \`${name}\``;
    throw new OptionError(`${shown}With \`apps\`, each app has ${where}; leave \`${name}\` out.`);
  }
  if (!isPlain(apps) || Object.keys(apps).length === 0)
    throw new OptionError(`${shown}\`apps\` must be an object with a record for each app, by its id.`);
  const checked = Object.entries(apps).map(([id, options]) => {
    checkOption("app", id, `${shown}An app's id`);
    return [id, checkApp(options, `${shown}App ${JSON.stringify(id)}`)] as const;
  });
  return { apps: Object.fromEntries(checked) };
}

/** What an app says, in the form that the relay's own settings have. */
export function flatSettings({ retention, limits, ...others }: AppOptions): Partial<FlatConfig> {
  const own = Object.fromEntries(Object.entries(others).filter(([name]) => !isRecord(name)));
  return {
    ...(own as Pick<AppOptions, In<"app">>),
    ...limits,
    ...(retention?.count !== undefined && { retentionCount: retention.count }),
    ...(retention?.age !== undefined && { retentionAge: retention.age }),
  };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const IN_APP = namesIn("app");
const IN_LIMITS = namesIn("limits");
const KNOWN = ["keys", "retention", "limits", "webhooks", ...IN_APP];

function namesIn(where: "app" | "limits"): OptionName[] {
  return (Object.keys(PER_APP) as (keyof PerApp)[]).filter((name) => PER_APP[name] === where);
}

function checkApp(value: unknown, shown: string): AppOptions {
  if (!isPlain(value)) throw new OptionError(`${shown} must be an object.`);
  const { keys, retention, limits, webhooks, ...own } = value;
  for (const name of Object.keys(own)) {
    if ((IN_APP as string[]).includes(name)) continue;
    throw new OptionError(`${shown} has an unknown setting ${JSON.stringify(name)}.${placeHint(name)}`);
  }
  return {
    ...(keys !== undefined && { keys: checkKeys(keys, shown) }),
    ...(webhooks !== undefined && { webhooks: checkWebhooks(webhooks, shown) }),
    ...(retention !== undefined && { retention: checkRetention(retention, shown) }),
    ...(limits !== undefined && { limits: checkSettings(limits, IN_LIMITS, `${shown}, limits`) }),
    ...checkSettings(own, IN_APP, shown),
  };
}

/** Where a setting belongs that stands in the wrong place, or which one was meant. */
function placeHint(name: string): string {
  if (!isOption(name)) return hint(name, KNOWN);
  if (name === "secret") return ' Write {"alg": "HS256", "secret": "…"} in its `keys`.';
  const place = (PER_APP as Partial<Record<OptionName, string>>)[name];
  return place === undefined ? " It is one for the whole relay." : ` It belongs in its \`${place}\`.`;
}

function checkSettings(value: unknown, known: readonly OptionName[], shown: string): Partial<FlatConfig> {
  if (!isPlain(value)) throw new OptionError(`${shown} must be an object.`);
  const read = Object.entries(value).map(([name, given]) => {
    if (!isOption(name) || !known.includes(name))
      throw new OptionError(`${shown} has an unknown setting ${JSON.stringify(name)}.${hint(name, known)}`);
    return [name, readJsonOption(name, given, `${shown}: \`${name}\``)];
  });
  return Object.fromEntries(read) as Partial<FlatConfig>;
}

function checkRetention(value: unknown, shown: string): NonNullable<AppOptions["retention"]> {
  if (!isPlain(value)) throw new OptionError(`${shown}: \`retention\` must be an object.`);
  const { count, age, ...others } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new OptionError(
      `${shown}: \`retention\` has \`count\` and \`age\`, and no ${JSON.stringify(unknown)}.`,
    );
  const read = (name: "retentionCount" | "retentionAge", given: unknown, key: string): number =>
    readJsonOption(name, given, `${shown}: \`retention.${key}\``) as number;
  return {
    ...(count !== undefined && { count: read("retentionCount", count, "count") }),
    ...(age !== undefined && { age: read("retentionAge", age, "age") }),
  };
}
