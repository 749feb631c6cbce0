import { isIP } from "node:net";
import type { IncomingHttpHeaders } from "node:http";
import type { Log } from "../telemetry/log.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

/** Which header proxies say in who they speak for. */
export type ForwardedHeader = "x-forwarded-for" | "forwarded";

/** How the address of a client is found out. */
export interface AddressRule {
  trusted: TrustedProxies;
  /**
   * The one header that is read. A proxy writes one of them, and passes the other on as the client sent it: who
   * reads both believes the client.
   */
  header: ForwardedHeader;
}

/** Says where a request comes from: by the peer's address and its headers. */
export type AddressReader = (peer: string | undefined, headers: IncomingHttpHeaders) => string;

/**
 * Reads addresses by a rule, and says once when there seems to be a proxy that nobody named: all its clients would
 * count as one.
 */
export function addressReader(rule: AddressRule, log: Log): AddressReader {
  let isTold = !rule.trusted.isEmpty;
  return (peer, headers) => {
    const address = clientAddress(peer, headers, rule);
    if (!isTold && (headers["x-forwarded-for"] ?? headers.forwarded) !== undefined && isNear(address)) {
      isTold = true;
      log.warn(
        { address },
        "There seems to be a proxy at this address: name it in --trusted-proxies, or all its clients count as one.",
      );
    }
    return address;
  };
}

/** True for an address that a proxy of one's own would have. */
function isNear(address: string): boolean {
  return isLoopback(address) || /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])/.test(address);
}

/** What stands for an address that nobody knows, as over a Unix socket. */
export const UNKNOWN_ADDRESS = "unknown";

/**
 * Where a request really comes from: the peer, unless that is a trusted proxy; then whom it names, unless that is
 * one again. What is further left was written by somebody who is not trusted and counts for nothing. Pure.
 */
export function clientAddress(
  peer: string | undefined,
  headers: IncomingHttpHeaders,
  { trusted, header }: AddressRule,
): string {
  let address = addressIn(peer ?? "");
  if (address === undefined) return UNKNOWN_ADDRESS;
  if (!trusted.has(address)) return address;
  const hops = hopsOf(headers[header], header);
  for (let at = hops.length - 1; at >= 0; at--) {
    const next = addressIn(hops[at] ?? "");
    // A trusted proxy that does not know whom it speaks for stands for them itself.
    if (next === undefined) return address;
    address = next;
    if (!trusted.has(address)) return address;
  }
  return address;
}

/** More proxies than anybody has in a row. */
const MAX_HOPS = 32;

function hopsOf(value: string | string[] | undefined, header: ForwardedHeader): string[] {
  if (value === undefined) return [];
  const hops = (typeof value === "string" ? value : value.join(",")).split(",").slice(-MAX_HOPS);
  return header === "forwarded" ? hops.map(forOf) : hops;
}

/** The `for` of one hop, as RFC 7239 writes it: `for=192.0.2.1;proto=https`, `for="[2001:db8::1]:4711"`. */
function forOf(hop: string): string {
  for (const pair of hop.split(";")) {
    const [name = "", value = ""] = pair.split("=");
    if (name.trim().toLowerCase() === "for") return value.trim().replace(/^"(.*)"$/, "$1");
  }
  return "";
}

/** The address of a hop, without port, brackets and zone; IPv4 as such, also when it came written as IPv6. */
function addressIn(hop: string): string | undefined {
  const text = hop.trim();
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1];
  const bare = bracketed ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text)?.[1] ?? text;
  const address = (bare.split("%")[0] ?? "").toLowerCase();
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address)?.[1];
  if (mapped !== undefined && isIP(mapped) === 4) return mapped;
  return isIP(address) === 0 ? undefined : address;
}

/**
 * What limits count an address by. One customer of a provider has a whole /64 of IPv6, and every address in it
 * costs them nothing; of IPv4 it is the address.
 */
export function limitKeyOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${network.join(":")}::/64`;
}

/** An IPv4 address at the end takes the place of two groups. */
function groupsOf(tail: string): string[] {
  return tail.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : group));
}

/** True for an address of this machine itself. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}
