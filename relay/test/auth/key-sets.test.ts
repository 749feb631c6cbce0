import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KeyOptions } from "../../src/auth/key-options.ts";
import { KeySets } from "../../src/auth/key-sets.ts";
import { systemClock } from "../../src/clock.ts";
import { silentLog } from "../../src/telemetry/log.ts";

const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });

let server: Server;
let asked: number;
let key: KeyOptions & { jwksUrl: string };
let sets: KeySets;

beforeEach(async () => {
  asked = 0;
  server = createServer((_, response) => {
    asked++;
    response.end(JSON.stringify({ keys: [{ ...RSA.publicKey.export({ format: "jwk" }), kid: "one" }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  key = { alg: "RS256", jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
  sets = new KeySets(systemClock, silentLog, () => {});
});

afterEach(() => {
  sets.close();
  server.close();
  server.closeAllConnections();
});

test("keys are asked for when they are kept, so that the first token need not wait, and not before", async () => {
  const wanted = sets.want("shop", key);
  expect(asked).toBe(0);
  sets.keep([wanted]);
  await expect.poll(() => wanted.set.size).toBe(1);
  expect(asked).toBe(1);
});

test("a set that is wanted again after a reload goes on with what it knows", async () => {
  const before = sets.want("shop", key);
  sets.keep([before]);
  await expect.poll(() => before.set.size).toBe(1);
  const after = sets.want("shop", { ...key });
  expect(after.set).toBe(before.set);
  sets.keep([after]);
  expect(after.set.find("one")).toMatchObject({ kid: "one" });
  expect(asked).toBe(1);
});

test("[P7] two apps share no set, though their keys are at one address", () => {
  const shop = sets.want("shop", key);
  sets.keep([shop]);
  expect(sets.want("club", key).set).not.toBe(shop.set);
  expect(sets.want("shop", { ...key, audience: "chat" }).set).not.toBe(shop.set);
  expect(sets.want("shop", { ...key, alg: "ES256" }).set).not.toBe(shop.set);
});
