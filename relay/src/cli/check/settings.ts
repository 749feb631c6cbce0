import { readFileSync } from "node:fs";
import { planApps } from "../../apps/plan.ts";
import { KeySets } from "../../auth/key-sets.ts";
import { systemClock } from "../../clock.ts";
import { readConfig, variableOf, type Config, type ConfigSources } from "../../config.ts";
import { readRedisUrl } from "../../engine/redis/redis-url.ts";
import { OPTIONS, OptionError, type OptionName } from "../../options.ts";
import { silentLog } from "../../telemetry/log.ts";

/** The settings, or everything that is wrong with them, a sentence each. */
export type Read =
  { config: Config; faults: readonly [] } | { config?: undefined; faults: readonly string[] };

type Json = Record<string, unknown>;

/**
 * Reads settings as a relay does, which stops at the first fault, and where there is one looks for all: each
 * setting is read by itself, so that one fault hides no other.
 */
export function readWhole(sources: ConfigSources): Read {
  const faults = new Set<string>();
  const attempt = <T>(run: () => T): T | undefined => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      faults.add(error.message);
      return undefined;
    }
  };
  const config = attempt(() => {
    const read = readConfig(sources);
    plan(read);
    return read;
  });
  if (config) return { config, faults: [] };
  const readFile = sources.readFile ?? ((name: string) => readFileSync(name, "utf8"));
  const configVariable = variableOf("config");
  const path = sources.flags.config ?? sources.env[configVariable] ?? "";
  const found = path === "" ? {} : jsonOf(path, readFile);
  const file = found ?? {};
  const soundFlags = soundOf(sources.flags, (name, value) =>
    attempt(() => readConfig({ flags: { [name]: name === "config" ? "" : value }, env: {} })),
  );
  const soundEnv = soundOf(sources.env, (name, value) =>
    attempt(() => readConfig({ flags: {}, env: { [name]: name === configVariable ? "" : value } })),
  );
  const inFile = (piece: Json): Config =>
    readConfig({ flags: { config: path }, env: {}, readFile: () => JSON.stringify(piece) });
  for (const piece of piecesOf(file)) attempt(() => inFile(piece));
  const soundFile = soundOf(file, (name, value) => tried(() => inFile({ [name]: value })));
  for (const piece of plannablesOf(file, soundFile)) {
    const sound = tried(() => inFile(piece));
    if (sound) attempt(() => plan(sound));
  }
  // What lacks a part that is wrong would be told of a second fault that it does not have.
  const isLacking = DECISIVE.some(
    (name) =>
      (name in sources.flags && !(name in soundFlags)) ||
      (variableOf(name) in sources.env && !(variableOf(name) in soundEnv)) ||
      (name in file && !(name in soundFile)),
  );
  const isBroken = (["apps", "keys"] as const).some((name) => name in file && !(name in soundFile));
  if (found && !isLacking && !isBroken)
    attempt(() =>
      plan(readConfig({ flags: soundFlags, env: soundEnv, readFile: () => JSON.stringify(soundFile) })),
    );
  return { faults: [...faults] };
}

/** Settings without which it cannot be said whether an app has a key. */
const DECISIVE = ["secret", "dev", "config"] as const satisfies OptionName[];

function plan(config: Config): void {
  planApps(config, new KeySets(systemClock, silentLog, () => {}), systemClock);
}

function tried<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** The entries of an object that something can be made of. */
function soundOf<T extends object>(all: T, make: (name: string, value: T[keyof T & string]) => unknown): T {
  const entries = Object.entries(all) as [string, T[keyof T & string]][];
  return Object.fromEntries(entries.filter(([name, value]) => make(name, value) !== undefined)) as T;
}

function jsonOf(path: string, readFile: (path: string) => string): Json | undefined {
  try {
    const json: unknown = JSON.parse(readFile(path));
    return isPlain(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** A config file in the smallest pieces that can be judged by themselves. */
function piecesOf(file: Json): Json[] {
  return Object.entries(file).flatMap(([name, value]) => {
    if (name !== "apps" || !isPlain(value)) return inList(name, value);
    return Object.entries(value).flatMap(([id, app]) =>
      isPlain(app) ? inApp(app).map((piece) => ({ apps: { [id]: piece } })) : [{ apps: { [id]: app } }],
    );
  });
}

/** Each key of each app by itself, with the settings of the relay: what a key is worth is found out when it is made. */
function plannablesOf(file: Json, sound: Json): Json[] {
  const { apps: _, keys: __, ...rest } = sound;
  const { apps } = file;
  if (!isPlain(apps))
    return Array.isArray(file["keys"]) ? keysOf(file).map((keys) => ({ ...rest, ...keys })) : [];
  return Object.entries(apps).flatMap(([id, app]) =>
    isPlain(app) ? keysOf(app).map((keys) => ({ ...rest, apps: { [id]: keys } })) : [],
  );
}

function keysOf(app: Json): Json[] {
  const { keys } = app;
  return Array.isArray(keys) && keys.length > 0 ? inList("keys", keys) : [{ keys: [] }];
}

function inApp(app: Json): Json[] {
  const pieces = Object.entries(app).flatMap(([name, value]): Json[] => {
    if ((name === "limits" || name === "retention") && isPlain(value))
      return Object.entries(value).map(([key, each]) => ({ [name]: { [key]: each } }));
    return inList(name, value);
  });
  return pieces.length > 0 ? pieces : [{}];
}

/** What stands in the other places of a list while one of its items is judged: sentences tell the place. */
const FILLERS: Readonly<Record<string, (at: number) => Json>> = {
  keys: (at) => ({ alg: "HS256", kid: `-${at}`, secret: `filler-${at}-`.padEnd(40, "x") }),
  webhooks: () => ({
    url: "https://example.org/",
    secret: `whsec_${Buffer.alloc(32, 1).toString("base64")}`,
  }),
};

function inList(name: string, value: unknown): Json[] {
  const filler = FILLERS[name];
  if (!filler || !Array.isArray(value)) return [{ [name]: value }];
  const alone = value.map((item: unknown, at) => ({
    [name]: value.map((_, other) => (other === at ? item : filler(other))),
  }));
  return [...alone, { [name]: value }];
}

function isPlain(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether there is a secret in what is said: an address need not have one. */
function holdsSecret(name: OptionName, value = ""): boolean {
  const url = name === "redis" ? readRedisUrl(value) : "";
  return typeof url === "string" || url.password !== undefined;
}

/** Settings that hold a secret and stand where others can read them. */
export function publicSecrets(flags: ConfigSources["flags"]): OptionName[] {
  return (Object.keys(flags) as OptionName[]).filter(
    (name) => "isSecret" in OPTIONS[name] && OPTIONS[name].isSecret && holdsSecret(name, flags[name]),
  );
}
