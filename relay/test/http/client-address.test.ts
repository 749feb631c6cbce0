import { describe, expect, test } from "vitest";
import {
  addressReader,
  clientAddress,
  isLoopback,
  limitKeyOf,
  type AddressRule,
  type ForwardedHeader,
} from "../../src/http/client-address.ts";
import { readTrustedProxies, type TrustedProxies } from "../../src/http/trusted-proxies.ts";
import { MemoryEntries } from "../doubles/log-entries.ts";

function trusting(...list: string[]): TrustedProxies {
  const trusted = readTrustedProxies(list);
  if (typeof trusted === "string") throw new Error(trusted);
  return trusted;
}

function rule(header: ForwardedHeader, ...list: string[]): AddressRule {
  return { trusted: trusting(...list), header };
}

const PROXY = "10.0.0.1";
const BEHIND = rule("x-forwarded-for", "10.0.0.0/8", "loopback");
const xff = (value: string): { "x-forwarded-for": string } => ({ "x-forwarded-for": value });

describe("[LIM8] [OV-10] where a request comes from", () => {
  test("is the peer, whatever it says, where no proxy is trusted", () => {
    const nobody = rule("x-forwarded-for");
    expect(clientAddress("203.0.113.9", xff("192.0.2.1"), nobody)).toBe("203.0.113.9");
    expect(clientAddress("127.0.0.1", xff("192.0.2.1"), nobody)).toBe("127.0.0.1");
  });

  test("is the peer where another proxy is trusted", () => {
    expect(clientAddress("203.0.113.9", xff("192.0.2.1"), BEHIND)).toBe("203.0.113.9");
  });

  test.each<[string, string, string]>([
    ["whom the proxy names", "203.0.113.9", "203.0.113.9"],
    ["the right-most who is no trusted proxy", "192.0.2.1, 203.0.113.9, 10.2.3.4", "203.0.113.9"],
    ["not what a client put before it", "127.0.0.1, 10.0.0.5, 203.0.113.9", "203.0.113.9"],
    ["the left-most where all are trusted", "10.0.0.7, 10.0.0.8", "10.0.0.7"],
    ["without its port", "203.0.113.9:4711", "203.0.113.9"],
    ["without brackets, port and zone", "[2001:DB8::1%eth0]:4711", "2001:db8::1"],
    ["IPv4 where it is written as IPv6", "::ffff:203.0.113.9", "203.0.113.9"],
    ["the proxy where it names nobody", "unknown", PROXY],
    ["the proxy where it names rubbish", "203.0.113.9, <script>", PROXY],
    ["the proxy where it says nothing", "", PROXY],
    ["the last trusted where the next is rubbish", "rubbish, 10.9.9.9", "10.9.9.9"],
    ["the right-most of very many", `${"192.0.2.1,".repeat(1000)}203.0.113.9`, "203.0.113.9"],
  ])("behind a trusted proxy is %s", (_, value, address) => {
    expect(clientAddress(PROXY, xff(value), BEHIND)).toBe(address);
  });

  test("counts a proxy that reached us by a mapped address", () => {
    expect(clientAddress("::ffff:10.0.0.1", xff("203.0.113.9"), BEHIND)).toBe("203.0.113.9");
    expect(clientAddress("::ffff:203.0.113.9", xff("192.0.2.1"), BEHIND)).toBe("203.0.113.9");
  });

  test("is not read from the header that the proxy passes on as it came", () => {
    const headers = { ...xff("203.0.113.9"), forwarded: "for=192.0.2.1" };
    expect(clientAddress(PROXY, headers, BEHIND)).toBe("203.0.113.9");
    expect(clientAddress(PROXY, { forwarded: "for=192.0.2.1" }, BEHIND)).toBe(PROXY);
    const standard = rule("forwarded", "10.0.0.0/8");
    expect(clientAddress(PROXY, headers, standard)).toBe("192.0.2.1");
  });

  test.each([
    ["for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"],
    ['For="[2001:db8::1]:4711"', "2001:db8::1"],
    ["for=192.0.2.1, for=203.0.113.9", "203.0.113.9"],
    ["for=203.0.113.9, for=10.0.0.2", "203.0.113.9"],
    ["for=_hidden", PROXY],
    ["proto=https", PROXY],
  ])("is read from `Forwarded: %s` where that is the header", (value, address) => {
    expect(clientAddress(PROXY, { forwarded: value }, rule("forwarded", "10.0.0.0/8"))).toBe(address);
  });

  test("is unknown over a line that has no addresses", () => {
    expect(clientAddress(undefined, xff("203.0.113.9"), BEHIND)).toBe("unknown");
  });

  test("a proxy that nobody named is told of once", () => {
    const log = new MemoryEntries();
    const read = addressReader(rule("x-forwarded-for"), log);
    read("203.0.113.9", xff("192.0.2.1"));
    expect(log.entries).toEqual([]);
    read("127.0.0.1", xff("192.0.2.1"));
    read("172.18.0.2", xff("192.0.2.1"));
    expect(log.entries).toHaveLength(1);
    expect(log.entries[0]?.message).toContain("--trusted-proxies");
  });
});

describe("a list of trusted proxies", () => {
  test("takes addresses, ranges and names, of both families", () => {
    const trusted = trusting("loopback", "private", "198.51.100.7", "2001:db8::/32");
    for (const address of ["127.0.0.9", "::1", "10.1.1.1", "fd00::1", "198.51.100.7", "2001:db8:1::1"]) {
      expect([address, trusted.has(address)]).toEqual([address, true]);
    }
    for (const address of ["198.51.100.8", "2001:db9::1", "8.8.8.8", "unknown", ""]) {
      expect([address, trusted.has(address)]).toEqual([address, false]);
    }
  });

  test.each([
    "",
    "proxy",
    "10.0.0.0/33",
    "10.0.0/8",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "::1/129",
    "1.2.3.4/-1",
    "*",
  ])("refuses %j", (item) => {
    expect(readTrustedProxies(["loopback", item])).toBe(item);
  });
});

describe("[LIM8] what limits count an address by", () => {
  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:1::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
    ["unknown", "unknown"],
  ])("%s is %s", (address, key) => {
    expect(limitKeyOf(address)).toBe(key);
  });

  test("addresses of this machine are known", () => {
    expect(["127.0.0.1", "127.9.9.9", "::1"].map(isLoopback)).toEqual([true, true, true]);
    expect(["127.0.0.1.example", "128.0.0.1", "::2", "unknown"].map(isLoopback)).not.toContain(true);
  });
});
