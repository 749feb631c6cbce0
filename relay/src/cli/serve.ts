import { readConfig, type Config } from "../config.ts";
import { OptionError } from "../options.ts";
import { createRelay, type Relay } from "../relay.ts";
import { jsonLog } from "../telemetry/json-log.ts";
import type { Log } from "../telemetry/log.ts";
import { VERSION } from "../version.ts";
import { readAddress } from "./address.ts";
import type { Command, Terminal } from "./command.ts";

/** `natter-relay [serve] [host:port]` */
export const serve: Command = {
  name: "serve",
  usage: "natter-relay [serve] [host:port]",
  help: "Runs the relay (on 127.0.0.1:8000; 0:8000 listens on all addresses).",
  flags: {},
  async run(args, terminal) {
    const { host, port } = readAddress(args.positionals);
    const read = (): Config => readConfig({ flags: args.flags, env: terminal.env });
    let config = read();
    const log = jsonLog(config.logLevel);
    // Before anybody is told that the relay is there: who starts it may stop it in the same moment.
    const stopping = stopped(terminal);
    const starting = createRelay({ ...config, host, port, log });
    // As early: the signal ends a process that does not listen for it.
    terminal.onReload(
      inTurn(async () => {
        config = (await reload(starting, read, log)) ?? config;
        log.level = config.logLevel;
      }),
    );
    const relay = await starting;
    await listenOrExplain(relay, host, port);
    terminal.out(`Natter relay at ${relay.address ?? ""} (${relay.durability})`);
    log.info({ url: relay.address, version: VERSION, node: process.version }, "The relay listens.");
    const fault = await Promise.race([stopping, relay.failed]);
    await relay.close({ drainMs: config.drain });
    // Whoever looks after the process starts it again, and the next start looks at what is on the disk.
    if (fault) throw new Error("The storage has failed; the relay stops.", { cause: fault });
    return 0;
  },
};

/** Reads the settings anew and puts them in place; returns them, or undefined when they are of no use. */
async function reload(starting: Promise<Relay>, read: () => Config, log: Log): Promise<Config | undefined> {
  try {
    const relay = await starting;
    const config = read();
    const { kept } = await relay.reload(config);
    log.info({}, "The settings were read anew, and hold.");
    if (kept.length > 0) log.warn({ settings: kept }, `Only a restart changes ${kept.join(", ")}.`);
    return config;
  } catch (error) {
    if (error instanceof OptionError) log.error({}, `The settings stay as they were: ${error.message}`);
    else log.error({ err: error }, "The settings stay as they were, for a fault of the relay.");
    return undefined;
  }
}

/** Runs `work` once for each call, one after the other. */
function inTurn(work: () => Promise<void>): () => void {
  let last = Promise.resolve();
  return () => void (last = last.then(work));
}

async function listenOrExplain(relay: Relay, host: string, port: number): Promise<void> {
  try {
    await relay.listen();
  } catch (error) {
    await relay.close();
    throw new Error(whyNotListening(error as NodeJS.ErrnoException, host, port), { cause: error });
  }
}

function whyNotListening(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === "EADDRINUSE") {
    return `Port ${port} on ${host} is taken; stop what uses it, or name another: natter-relay ${host}:${port + 1}`;
  }
  if (error.code === "EACCES")
    return `Port ${port} needs more rights than this user has; take one above 1023.`;
  return `The relay cannot listen on ${host}:${port}: ${error.message}`;
}

function stopped(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => terminal.onStop(resolve));
}
