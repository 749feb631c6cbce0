import { servedBy } from "./relay-address.ts";
import { VERSION } from "./version.ts";

/** How often a part was asked for; some browsers remember that an address failed, and never ask again. */
const tries = new Map<string, number>();

/**
 * Where a part of the bundle lies: where a relay serves it, in the folder of this version, as a page may stay open
 * while the relay is replaced by a newer one; otherwise beside the script.
 *
 * @param name As the bundle calls it: `./parts/people.js`.
 */
export function besideScript(name: string, script: string, relay = servedBy()): string {
  const file = relay === undefined ? new URL(name, script) : new URL(`v${VERSION}/${name}`, `${relay}/`);
  const before = tries.get(name) ?? 0;
  tries.set(name, before + 1);
  return before === 0 ? file.href : `${file.href}?${before}`;
}
