import { readFileSync } from "node:fs";
import { OPTIONS, OptionError, type Config, type Option, type OptionName } from "./options.ts";

const NAMES = Object.keys(OPTIONS) as OptionName[];

/** A setting's flag on the command line: `maxRooms` is `--max-rooms`. */
export function flagOf(name: OptionName): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A setting's environment variable: `maxRooms` is `NATTER_MAX_ROOMS`. */
export function variableOf(name: OptionName): string {
  return `NATTER_${flagOf(name).slice(2).replaceAll("-", "_").toUpperCase()}`;
}

/** Where settings come from, the first that names one deciding. */
export interface ConfigSources {
  /** As written on the command line. */
  flags: Partial<Record<OptionName, string>>;
  env: Readonly<Record<string, string | undefined>>;
  readFile?: (path: string) => string;
}

/**
 * Puts the settings together: the command line before the environment before the config file.
 *
 * @throws OptionError for the first that is unknown or wrong
 */
export function readConfig(sources: ConfigSources): Config {
  const env = fromEnv(sources.env);
  const flags = fromFlags(sources.flags);
  const path = flags.config ?? env.config;
  const file = path ? fromFile(path, sources.readFile ?? ((name) => readFileSync(name, "utf8"))) : {};
  return completeConfig({ ...file, ...env, ...flags });
}

/**
 * Fills in the defaults and checks every value.
 *
 * @throws OptionError for the first that is unknown or wrong
 */
export function completeConfig(given: Partial<Config>): Config {
  for (const [name, value] of Object.entries(given)) {
    if (!isOption(name))
      throw new OptionError(`There is no setting ${JSON.stringify(name)}.${hint(name, NAMES)}`);
    if (value !== undefined) check(name, value, `The setting \`${name}\``);
  }
  const defaults = Object.fromEntries(NAMES.map((name) => [name, OPTIONS[name].default]));
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return Object.freeze({ ...defaults, ...named }) as Config;
}

function fromFlags(flags: ConfigSources["flags"]): Partial<Config> {
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(flags) as [OptionName, string][]) {
    values[name] = parse(name, text, flagOf(name));
  }
  return values;
}

/**
 * Reads the environment. A variable that is nearly one of ours is a slip of the pen and refused; others that
 * begin alike belong to somebody else.
 */
function fromEnv(env: ConfigSources["env"]): Partial<Config> {
  const values: Record<string, unknown> = {};
  const known = new Map(NAMES.map((name) => [variableOf(name), name]));
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith("NATTER_") || text === undefined) continue;
    const name = known.get(variable);
    if (name) values[name] = parse(name, text, variable);
    else if (nearest(variable, [...known.keys()]) !== undefined) {
      throw new OptionError(`There is no setting ${variable}.${hint(variable, [...known.keys()])}`);
    }
  }
  return values;
}

function fromFile(path: string, readFile: (path: string) => string): Partial<Config> {
  let json: unknown;
  try {
    json = JSON.parse(readFile(path));
  } catch (error) {
    const why = error instanceof SyntaxError ? "it is no JSON" : "it cannot be read";
    throw new OptionError(`The config file ${path} is of no use: ${why}.`, { cause: error });
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new OptionError(`The config file ${path} must hold one JSON object.`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    if (!isOption(name) || name === "config") {
      throw new OptionError(
        `The config file ${path} has an unknown setting ${JSON.stringify(name)}.${hint(name, NAMES)}`,
      );
    }
    // Times may be written as people say them, here too.
    const option: Option<unknown> = OPTIONS[name];
    values[name] = option.placeholder === "TIME" && typeof value === "string" ? option.parse(value) : value;
    check(name, values[name], `In the config file ${path}, \`${name}\``);
  }
  return values;
}

function parse(name: OptionName, text: string, shown: string): unknown {
  let value: unknown;
  try {
    value = OPTIONS[name].parse(text);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError(`${shown} must be ${error.message}, not ${JSON.stringify(text)}.`);
  }
  check(name, value, shown, text);
  return value;
}

function check(name: OptionName, value: unknown, shown: string, written?: string): void {
  const option: Option<unknown> = OPTIONS[name];
  const wrong = option.wrong(value);
  if (wrong === undefined) return;
  const but = option.isSecret ? "" : `, not ${JSON.stringify(written ?? value)}`;
  throw new OptionError(`${shown} must be ${wrong}${but}.`);
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** "Did you mean", for an option that does not exist; empty when nothing is near. */
export function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? "" : ` Did you mean ${near}?`;
}

function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((each) => ({ each, distance: distance(word.toLowerCase(), each.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= 2 ? best.each : undefined;
}

/** How many letters must be added, removed or changed to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
