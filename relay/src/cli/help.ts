import { flagOf, variableOf } from "../config.ts";
import { formatDuration, OPTIONS, type Option, type OptionName } from "../options.ts";
import type { OwnFlag } from "./arguments.ts";

/** One option as help texts and documents show it. */
export interface OptionHelp {
  flag: string;
  variable: string;
  help: string;
  preset: string;
}

/** Every setting, in the order of the table. */
export function optionHelp(): OptionHelp[] {
  return (Object.keys(OPTIONS) as OptionName[]).map((name) => {
    const option: Option<unknown> = OPTIONS[name];
    return {
      flag: option.placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${option.placeholder}`,
      variable: variableOf(name),
      help: option.help,
      preset: presetOf(option),
    };
  });
}

function presetOf(option: Option<unknown>): string {
  const { default: preset } = option;
  if (option.placeholder === "TIME") return formatDuration(preset as number);
  if (typeof preset === "boolean") return preset ? "on" : "";
  return Array.isArray(preset) ? preset.join(",") : String(preset);
}

/** A block of flags with their meaning, two columns wide. */
export function flagLines(flags: readonly { flag: string; help: string; preset?: string }[]): string {
  const width = Math.max(...flags.map(({ flag }) => flag.length)) + 2;
  return flags
    .map(({ flag, help, preset }) => `  ${flag.padEnd(width)}${help}${preset ? ` (${preset})` : ""}`)
    .join("\n");
}

/** A command's own flags, as {@link flagLines} takes them. */
export function ownFlagHelp(own: Readonly<Record<string, OwnFlag>>): { flag: string; help: string }[] {
  return Object.entries(own).map(([name, { takes, help }]) => ({
    flag: takes === undefined ? `--${name}` : `--${name} ${takes}`,
    help,
  }));
}
