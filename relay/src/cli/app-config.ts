import { readConfig, type Config } from "../config.ts";
import type { Arguments } from "./arguments.ts";
import type { Terminal } from "./command.ts";

/** The settings for a command about one app: with several, `--app` chooses one; with one, it is its setting. */
export function appConfig({ flags }: Arguments, { env }: Pick<Terminal, "env">): Config {
  const { app: _, ...others } = flags;
  const config = readConfig({ flags: others, env });
  return config.apps ? config : readConfig({ flags, env });
}
