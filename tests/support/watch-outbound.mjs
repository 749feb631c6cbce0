// Loaded into a relay before anything else: says on the standard error whatever it connects to or looks up.
import { subscribe } from "node:diagnostics_channel";
import dns from "node:dns";
import { isIP } from "node:net";

/** @param {string} what */
const tell = (what) => void process.stderr.write(`OUTBOUND ${what}\n`);

subscribe("net.client.socket", () => tell("socket"));
subscribe("undici:request:create", () => tell("request"));
const { lookup } = dns;
// @ts-expect-error -- overloads: every call is passed on as it came
dns.lookup = (name, ...rest) => {
  // A server that is given an address looks it up, too, without asking anybody.
  if (isIP(name) === 0) tell(`lookup of ${name}`);
  // @ts-expect-error -- as above
  return lookup(name, ...rest);
};
