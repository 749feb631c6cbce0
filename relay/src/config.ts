import { readFileSync } from "node:fs";
import { checkRecords, isRecord, RECORDS, type AppRecords } from "./apps/app-options.ts";
import { checkOption, hint, isOption, nearest, readJsonOption } from "./option-check.ts";
import { OPTIONS, OptionError, type FlatConfig, type OptionName } from "./options.ts";

const NAMES = Object.keys(OPTIONS) as OptionName[];

/** The settings of a relay: all that are one value each, and the records of its apps. */
export type Config = FlatConfig & AppRecords;

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
  const { apps, keys, webhooks, ...flat } = given;
  for (const [name, value] of Object.entries(flat)) {
    if (!isOption(name))
      throw new OptionError(
        `There is no setting ${JSON.stringify(name)}.${hint(name, [...NAMES, ...RECORDS])}`,
      );
    if (value !== undefined) checkOption(name, value, `The setting \`${name}\``);
  }
  const records = checkRecords({ apps, keys, webhooks }, flat);
  refuseTwoStores(given);
  const defaults = Object.fromEntries(NAMES.map((name) => [name, OPTIONS[name].default]));
  const named = Object.fromEntries(Object.entries(flat).filter(([, value]) => value !== undefined));
  return Object.freeze({ ...defaults, ...named, ...records }) as Config;
}

/** Rooms are kept in one place; who names two expects something that will not be. */
function refuseTwoStores({ redis, memory, data }: Partial<Config>): void {
  if (!redis) return;
  // What is the default may have been filled in by whoever completed these settings before.
  const hasData = data !== undefined && data !== OPTIONS.data.default;
  const other = memory ? "memory" : hasData ? "data" : undefined;
  if (other !== undefined)
    throw new OptionError(`Rooms are kept either in Redis or not: leave out \`redis\` or \`${other}\`.`);
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
    if (isRecord(name)) values[name] = value;
    else if (isOption(name) && name !== "config")
      values[name] = readJsonOption(name, value, `In the config file ${path}, \`${name}\``);
    else {
      throw new OptionError(
        `The config file ${path} has an unknown setting ${JSON.stringify(name)}.${hint(name, [...NAMES, ...RECORDS])}`,
      );
    }
  }
  // With the file's name, while it is known; what else is given is held against them at the end.
  return { ...values, ...checkRecords(values, {}, `In the config file ${path}: `) };
}

function parse(name: OptionName, text: string, shown: string): unknown {
  let value: unknown;
  try {
    value = OPTIONS[name].parse(text);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError(`${shown} must be ${error.message}, not ${JSON.stringify(text)}.`);
  }
  checkOption(name, value, shown, text);
  return value;
}
