import type { OwnFlag, Arguments } from "./arguments.ts";

/** What a command may touch of the process it runs in. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  out(line: string): void;
  /** Calls `stop` on the first SIGINT or SIGTERM, and ends the process at once on the second. */
  onStop(stop: () => void): void;
  /** Calls `reload` on every SIGHUP. */
  onReload(reload: () => void): void;
}

/** One word after `natter-relay`. */
export interface Command {
  name: string;
  usage: string;
  help: string;
  flags: Readonly<Record<string, OwnFlag>>;
  /** Resolves with the exit code. */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}
