import { expect, test } from "vitest";
import { isPublicAddress } from "../../src/webhooks/public-address.ts";

test("[WH5] addresses of this machine, its network and of no use are not public", () => {
  const special = [
    "127.0.0.1 127.255.255.254 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254",
    "100.64.0.1 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255",
    ":: ::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 2001:db8::1 2002:7f00:1::1 2001::1",
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 100::1",
  ].join(" ");
  for (const address of special.split(" "))
    expect([address, isPublicAddress(address)]).toEqual([address, false]);
});

test("[WH5] those of the open internet are", () => {
  for (const address of "8.8.8.8 1.1.1.1 172.15.0.1 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450::1".split(
    " ",
  ))
    expect([address, isPublicAddress(address)]).toEqual([address, true]);
});

test("what is no address at all is not", () => {
  for (const text of ["", "localhost", "127.1", "0x7f.1", "example.org", "1.2.3.4.5"])
    expect(isPublicAddress(text)).toBe(false);
});
