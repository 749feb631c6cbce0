import { createRelay, type Log, type Relay, type RelayOptions } from "@natter/relay";
import { SECRET } from "../support/raw-client.ts";

/** A relay in this process, on a free port of the loopback interface. */
export interface Running {
  url: string;
  relay: Relay;
  /** Every line it logged, as JSON. */
  logged: string[];
}

/** Starts a relay that knows the tokens of the raw clients. */
export async function startRelay(options: RelayOptions = {}): Promise<Running> {
  const logged: string[] = [];
  const note = (fields: object, message: string): void => {
    const shown = Object.entries(fields as Record<string, unknown>).map(([name, value]) => {
      return [name, value instanceof Error ? value.stack : value] as const;
    });
    logged.push(JSON.stringify({ ...Object.fromEntries(shown), message }));
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const relay = await createRelay({ secret: SECRET, memory: true, port: 0, log, ...options });
  return { url: await relay.listen(), relay, logged };
}
