import { readConfig } from "../config.ts";
import { backUp } from "../engine/sqlite/backup.ts";
import { OptionError } from "../options.ts";
import type { Command } from "./command.ts";

/** `natter-relay backup FILE` */
export const backup: Command = {
  name: "backup",
  usage: "natter-relay backup FILE",
  help: "Copies the rooms of the data folder to a new file, also while the relay runs. To restore: stop the relay, copy FILE to natter.db in the data folder, start it.",
  flags: {},
  run(args, terminal) {
    const config = readConfig({ flags: args.flags, env: terminal.env });
    const [file, extra] = args.positionals;
    if (file === undefined)
      throw new OptionError("A backup needs a file to be made: natter-relay backup FILE.");
    if (extra !== undefined) throw new OptionError(`There is one file too many: ${JSON.stringify(extra)}.`);
    if (config.redis !== "")
      throw new OptionError("The rooms are in Redis: back up its files, as docs/OPERATING.md tells.");
    const { rooms, events, bytes } = backUp(config.data, file);
    terminal.out(`Backed up ${rooms} rooms with ${events} events to ${file} (${bytes} bytes).`);
    return Promise.resolve(0);
  },
};
