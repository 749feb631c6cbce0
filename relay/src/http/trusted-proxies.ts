import { BlockList, isIP } from "node:net";

/** Names for ranges that people would have to look up. */
const RANGES: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10"],
};

/** The proxies whose word about an address is believed. */
export interface TrustedProxies {
  /** True when nobody is trusted. */
  readonly isEmpty: boolean;
  has(address: string): boolean;
}

/**
 * Reads a list of addresses, ranges (`10.0.0.0/8`, `fd00::/8`) and names (`loopback`, `private`). A text is what
 * is wrong with it.
 */
export function readTrustedProxies(list: readonly string[]): TrustedProxies | string {
  const ranges = new BlockList();
  for (const item of list.flatMap((name) => RANGES[name] ?? name)) {
    const [address = "", bits, extra] = item.split("/");
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || extra !== undefined || !(prefix <= longest)) return item;
    ranges.addSubnet(address, prefix, family === 6 ? "ipv6" : "ipv4");
  }
  // Asked for every connection: the list makes an object of each address that it looks at.
  if (list.length === 0) return { isEmpty: true, has: () => false };
  return {
    isEmpty: false,
    has: (address) => {
      const family = isIP(address);
      return family !== 0 && ranges.check(address, family === 6 ? "ipv6" : "ipv4");
    },
  };
}
