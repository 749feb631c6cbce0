import { expect, test } from "vitest";
import type { Admitted } from "../../src/apps/doorkeeper.ts";
import { Doorkeeper } from "../../src/apps/doorkeeper.ts";
import { RefusedTokens } from "../../src/apps/refused-tokens.ts";
import { OriginNotes } from "../../src/auth/origin-notes.ts";
import { limitKeyOf } from "../../src/http/client-address.ts";
import { silentLog } from "../../src/telemetry/log.ts";
import { Meter } from "../../src/telemetry/meter.ts";
import { doorkeeperOf, policy } from "../doubles/apps.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { forge } from "../doubles/tokens.ts";

const FORGED = "e30.e30.AAAA";

interface Door {
  clock: FakeClock;
  meter: Meter;
  warned: object[];
  come(token: string, address?: string): string;
  retryAfter(token: string, address: string): number | undefined;
  good(claims?: object): string;
  revoke(user: string): void;
}

/** A door that takes so many bad tokens a minute from one address. */
function doorOf(perMinute: number): Door {
  const clock = new FakeClock();
  const meter = new Meter();
  const warned: object[] = [];
  const log = { ...silentLog, warn: (fields: object) => void warned.push(fields) };
  const { apps, revoked } = doorkeeperOf(clock, { default: policy(clock) });
  const refused = new RefusedTokens({ perMinute, keyOf: limitKeyOf, clock, meter, log });
  const doorkeeper = new Doorkeeper(apps, revoked, new OriginNotes(silentLog, clock), refused);
  const admit = (token: string, address?: string): Admitted =>
    doorkeeper.admit(token, {}, address) as Admitted;
  return {
    clock,
    meter,
    warned,
    come(token, address = "192.0.2.1") {
      const admitted = admit(token, address);
      return admitted.ok ? "in" : `${admitted.closeCode} ${admitted.code}`;
    },
    retryAfter(token, address) {
      const admitted = admit(token, address);
      return admitted.ok ? undefined : admitted.retryAfter;
    },
    good: (claims) => forge({ sub: "ann", exp: Math.floor(clock.now() / 1000) + 3600, ...claims }),
    revoke: (id) =>
      revoked.add({ app: "default", kind: "user", id, at: clock.now(), until: clock.now() + 3_600_000 }),
  };
}

test("[LIM11] [AU-16] past the limit of an address bad tokens are told to wait, and good ones come in", () => {
  const door = doorOf(3);
  const answers = Array.from({ length: 5 }, () => door.come(FORGED));
  expect(answers).toEqual([
    ...Array<string>(3).fill("4401 unauthorized"),
    "4429 rate-limited",
    "4429 rate-limited",
  ]);
  expect(door.retryAfter(FORGED, "192.0.2.1")).toBe(20_000);
  expect(door.come(door.good())).toBe("in");
  expect(door.come(FORGED, "192.0.2.2")).toBe("4401 unauthorized");
  expect(door.meter.limited.get("tokens")).toBe(3);
  expect(door.warned[0]).toEqual({ limit: "tokens", address: "192.0.2.1" });
});

test("[LIM11] the limit is by the minute, and who waits is told the reason again", async () => {
  const door = doorOf(3);
  for (let each = 0; each < 4; each++) door.come(FORGED);
  expect(door.come(FORGED)).toBe("4429 rate-limited");
  await door.clock.pass(20_000);
  expect(door.come(FORGED)).toBe("4401 unauthorized");
  expect(door.come(FORGED)).toBe("4429 rate-limited");
});

test("[LIM11] a network of IPv6 is one address, and no address at all is not counted", () => {
  const door = doorOf(1);
  expect(door.come(FORGED, "2001:db8::1")).toBe("4401 unauthorized");
  expect(door.come(FORGED, "2001:db8::2")).toBe("4429 rate-limited");
  expect(door.come(FORGED, "2001:db8:0:1::1")).toBe("4401 unauthorized");
});

test("[LIM11] whose token was good before is always told why it is not now", () => {
  const door = doorOf(1);
  door.come(FORGED);
  const old = door.good({ iat: 1_000_000, exp: 1_003_600 });
  for (let each = 0; each < 5; each++) expect(door.come(old)).toBe("4401 token-expired");
  const given = door.good({ iat: Math.floor(door.clock.now() / 1000) - 10 });
  door.revoke("ann");
  for (let each = 0; each < 5; each++) expect(door.come(given)).toBe("4401 unauthorized");
  expect(door.meter.limited.get("tokens")).toBe(0);
});
