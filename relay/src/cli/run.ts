import { hint } from "../option-check.ts";
import { OptionError } from "../options.ts";
import { readArguments } from "./arguments.ts";
import { backup } from "./backup.ts";
import { check } from "./check.ts";
import { bench } from "./bench.ts";
import type { Command, Terminal } from "./command.ts";
import { explain } from "./explain.ts";
import { flagLines, optionHelp, ownFlagHelp } from "./help.ts";
import { serve } from "./serve.ts";
import { token } from "./token.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [serve, token, explain, check, bench, backup];

/**
 * Runs a command line. Resolves with the exit code: 0, or 2 for a command line that is wrong, or 1 for what
 * could not be done; the sentence about it goes to `complain`.
 */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  complain: (sentence: string) => void,
): Promise<number> {
  try {
    const { command, rest } = chooseCommand(args);
    const read = readArguments(rest, { ...command.flags, help: { help: "this text" } });
    if (read.own["help"]) {
      terminal.out(helpText());
      return 0;
    }
    return await command.run(read, terminal);
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return error instanceof OptionError ? 2 : 1;
  }
}

/** The first word names the command; without one, or with an address in its place, the relay is served. */
function chooseCommand(args: readonly string[]): { command: Command; rest: readonly string[] } {
  const [first = "", ...rest] = args;
  const named = COMMANDS.find((command) => command.name === first);
  if (named) return { command: named, rest };
  if (/^[a-z]+$/.test(first)) {
    const known = COMMANDS.map((command) => command.name);
    throw new OptionError(
      `There is no command ${JSON.stringify(first)}; there are ${known.join(", ")}.${hint(first, known)}`,
    );
  }
  return { command: serve, rest: args };
}

/** The whole help, from the same tables as the documents. */
export function helpText(): string {
  const commands = COMMANDS.map(({ usage, help, flags }) => {
    const own = ownFlagHelp(flags);
    return `${usage}\n  ${help}${own.length > 0 ? `\n${flagLines(own)}` : ""}`;
  });
  return `${commands.join("\n\n")}

Settings (each is also an environment variable: --max-rooms is NATTER_MAX_ROOMS, and a key of the config file: maxRooms):
${flagLines(optionHelp())}`;
}
