import { parseArgs } from "node:util";
import { flagOf } from "../config.ts";
import { hint } from "../option-check.ts";
import { OPTIONS, OptionError, type OptionName } from "../options.ts";

/** A command line, taken apart. */
export interface Arguments {
  flags: Partial<Record<OptionName, string>>;
  /** Flags of the command itself. */
  own: Record<string, string | true>;
  /** A flag of the command that was given several times. */
  lists: Record<string, string[]>;
  positionals: string[];
}

/** A flag that belongs to one command only. */
export interface OwnFlag {
  takes?: string;
  isMany?: boolean;
  help: string;
}

const NAMES = Object.keys(OPTIONS) as OptionName[];

/**
 * Takes a command line apart.
 *
 * @throws OptionError for a flag that is unknown, lacks its value, or has one it does not take
 */
export function readArguments(args: readonly string[], own: Readonly<Record<string, OwnFlag>>): Arguments {
  const settings = new Map(NAMES.map((name) => [flagOf(name).slice(2), name]));
  const { tokens, positionals } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: parseOptions(own),
  });
  const result: Arguments = { flags: {}, own: {}, lists: {}, positionals };
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const name = settings.get(token.name);
    const flag = Object.hasOwn(own, token.name) ? own[token.name] : undefined;
    if (!name && !flag) throw unknown(token.rawName, [...settings.keys(), ...Object.keys(own)]);
    const takes = name ? OPTIONS[name].placeholder : flag?.takes;
    if (takes !== undefined && lacksValue(token))
      throw new OptionError(`${token.rawName} needs a value: ${token.rawName} ${takes}.`);
    if (name) result.flags[name] = token.value ?? "";
    else if (flag?.isMany) (result.lists[token.name] ??= []).push(token.value ?? "");
    else result.own[token.name] = token.value ?? true;
  }
  return result;
}

type ParseOptions = Record<string, { type: "string" | "boolean"; short?: string }>;

function parseOptions(own: Readonly<Record<string, OwnFlag>>): ParseOptions {
  const options: ParseOptions = { help: { type: "boolean", short: "h" } };
  for (const name of NAMES) {
    options[flagOf(name).slice(2)] = { type: OPTIONS[name].placeholder === undefined ? "boolean" : "string" };
  }
  for (const [name, flag] of Object.entries(own)) {
    options[name] = { ...options[name], type: flag.takes === undefined ? "boolean" : "string" };
  }
  return options;
}

/** The next flag is no value; one that does begin with a dash can be written as `--secret=-x`. */
function lacksValue({
  value,
  inlineValue,
}: {
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}): boolean {
  return value === undefined || (inlineValue !== true && value.startsWith("-"));
}

function unknown(rawName: string, known: readonly string[]): OptionError {
  return new OptionError(
    `There is no option ${rawName}.${hint(
      rawName,
      known.map((name) => `--${name}`),
    )}`,
  );
}
