import type { AddressRule } from "./http/client-address.ts";
import { readTrustedProxies } from "./http/trusted-proxies.ts";
import { OptionError, type FlatConfig } from "./options.ts";
import { memoryOfMachine } from "./telemetry/load-watch.ts";
import type { Marks } from "./telemetry/pressure.ts";

/** Past this share of JavaScript's heap the collector works more and more, and then the process dies. */
const HEAP_SHARE = 0.85;

/** The share of the machine's memory that the relay takes, where nobody said more or less. */
const MEMORY_SHARE = 0.85;

/** What of the settings says where requests come from. */
export function addressRule(config: FlatConfig): AddressRule {
  const trusted = readTrustedProxies(config.trustedProxies);
  if (typeof trusted === "string") throw new OptionError(`${trusted} is no address of a proxy.`);
  return { trusted, header: config.forwardedHeader };
}

/** What of the settings says when there is too much to do. */
export function marksOf(config: FlatConfig): Marks {
  const residentBytes = config.maxMemory * 1024 * 1024;
  return {
    residentBytes: residentBytes === 0 ? memoryOfMachine() * MEMORY_SHARE : residentBytes,
    heapShare: HEAP_SHARE,
    loopDelayMs: config.maxLoopDelay,
  };
}
