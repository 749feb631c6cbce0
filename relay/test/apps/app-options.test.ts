import { describe, expect, test } from "vitest";
import { appConfigs, retentionOf } from "../../src/apps/plan.ts";
import { completeConfig, readConfig, type Config } from "../../src/config.ts";
import { OptionError } from "../../src/options.ts";
import { SECRET } from "../doubles/tokens.ts";

const KEYS = [{ alg: "HS256", secret: SECRET }];

function read(file: object, given: { env?: Record<string, string>; flags?: object } = {}): Config {
  return readConfig({
    flags: { config: "natter.json", ...given.flags },
    env: given.env ?? {},
    readFile: () => JSON.stringify(file),
  });
}

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  return "(accepted)";
}

test("without `apps` there is one app, which the relay's own settings describe", () => {
  const config = completeConfig({ app: "shop", maxRooms: 3, secret: SECRET });
  expect(appConfigs(config)).toMatchObject([
    { id: "shop", settings: { maxRooms: 3 }, keys: [], isNamed: false },
  ]);
});

test("an app has what it says, and for the rest what the relay says", () => {
  const config = read({
    maxRooms: 7,
    retentionAge: "90d",
    apps: {
      shop: {
        keys: KEYS,
        origins: ["https://shop.example"],
        guests: "on",
        defaultRole: "reader",
        limits: { maxRooms: 3, presenceGrace: "2s" },
        retention: { count: 500 },
        webhooks: [
          {
            url: "https://shop.example/hook",
            secret: `whsec_${"A".repeat(32)}`,
            events: ["message.created"],
          },
        ],
      },
      "fan-club": { keys: [{ alg: "HS256", secret: `${SECRET}!` }], retention: { age: "1h" } },
    },
  });
  const [shop, club] = appConfigs(config);
  expect(shop).toMatchObject({
    id: "shop",
    isNamed: true,
    settings: { maxRooms: 3, presenceGrace: 2000, guests: "on", defaultRole: "reader", maxText: 4000 },
    webhooks: [{ url: "https://shop.example/hook" }],
  });
  expect(club).toMatchObject({ id: "fan-club", settings: { maxRooms: 7, guests: "auto", origins: [] } });
  expect(retentionOf(config)).toMatchObject({
    ageMs: 90 * 86_400_000,
    apps: {
      shop: { count: 500, ageMs: 90 * 86_400_000 },
      "fan-club": { count: 1_000_000, ageMs: 3_600_000 },
    },
  });
});

test("names such as __proto__ and constructor are names of apps", () => {
  const file = `{"apps": {"__proto__": {"keys": ${JSON.stringify(KEYS)}}, "constructor": {"keys": []}}}`;
  const config = readConfig({ flags: { config: "f" }, env: {}, readFile: () => file });
  expect(appConfigs(config).map(({ id }) => id)).toEqual(["__proto__", "constructor"]);
  expect(appConfigs(config)[0]?.keys).toEqual(KEYS);
  expect({}).not.toHaveProperty("keys");
});

describe("[OPS1] an app that is wrong is refused by a sentence that names it", () => {
  test.each<[unknown, RegExp]>([
    [{}, /`apps` must be an object with a record for each app/],
    [[], /`apps` must be an object/],
    [{ "two words": {} }, /An app's id must be 1 to 64 characters/],
    [{ "a\nb": {} }, /An app's id must be/],
    [{ "": {} }, /An app's id must be/],
    [{ shop: [] }, /App "shop" must be an object/],
    [{ shop: { orgins: [] } }, /App "shop" has an unknown setting "orgins"\. Did you mean origins\?/],
    [
      { shop: { maxRooms: 3 } },
      /App "shop" has an unknown setting "maxRooms"\. It belongs in its `limits`\./,
    ],
    [{ shop: { secret: SECRET } }, /App "shop" has an unknown setting "secret"\. Write .* in its `keys`\./],
    [{ shop: { heartbeat: "5s" } }, /"heartbeat"\. It is one for the whole relay\./],
    [{ shop: { limits: { maxRoms: 3 } } }, /App "shop", limits has an unknown setting "maxRoms"\. Did you/],
    [{ shop: { limits: { heartbeat: 500 } } }, /App "shop", limits has an unknown setting "heartbeat"/],
    [{ shop: { limits: { maxRooms: "3" } } }, /App "shop", limits: `maxRooms` must be a whole number/],
    [{ shop: { limits: 3 } }, /App "shop", limits must be an object/],
    [{ shop: { guests: true } }, /App "shop": `guests` must be one of auto, on, off/],
    [{ shop: { origins: ["https://shop.example/"] } }, /App "shop": `origins` must be/],
    [{ shop: { retention: { days: 3 } } }, /App "shop": `retention` has `count` and `age`, and no "days"/],
    [{ shop: { retention: { age: "soon" } } }, /App "shop": `retention.age` must be a time/],
    [{ shop: { webhooks: [{ url: "ftp://x" }] } }, /App "shop", webhook 1: `url` must be/],
    [{ shop: { keys: {} } }, /App "shop": `keys` must be a list/],
    [{ shop: { keys: ["x"] } }, /App "shop", key 1 must be an object/],
    [{ shop: { keys: [{ alg: "none", secret: SECRET }] } }, /App "shop", key 1: `alg` must be one of HS256/],
    [{ shop: { keys: [{ secret: SECRET }] } }, /key 1: `alg` must be one of/],
    [{ shop: { keys: [{ alg: "HS512", secret: SECRET }] } }, /key 1: `alg` must be one of/],
    [{ shop: { keys: [{ alg: "HS256" }] } }, /key 1 must have exactly one of/],
    [
      { shop: { keys: [{ alg: "HS256", secret: SECRET, publicKey: "x" }] } },
      /key 1 must have exactly one of/,
    ],
    [{ shop: { keys: [{ alg: "RS256", secret: SECRET }] } }, /RS256 needs a `publicKey` or a `jwksUrl`/],
    [{ shop: { keys: [{ alg: "HS256", publicKey: "x" }] } }, /HS256 needs a `secret`, not a `publicKey`/],
    [{ shop: { keys: [{ alg: "HS256", jwksUrl: "https://x.example" }] } }, /HS256 needs a `secret`/],
    [{ shop: { keys: [{ alg: "RS256", jwksUrl: "http://x.example/jwks" }] } }, /must be an https address/],
    [{ shop: { keys: [{ alg: "RS256", jwksUrl: "file:///etc/passwd" }] } }, /must be an https address/],
    [{ shop: { keys: [{ alg: "RS256", jwksUrl: "https://u:p@x.example" }] } }, /must be an https address/],
    [{ shop: { keys: [{ alg: "RS256", kid: "1", jwksUrl: "https://x.example" }] } }, /leave `kid` out/],
    [{ shop: { keys: [{ alg: "HS256", kid: 7, secret: SECRET }] } }, /`kid` must be a text/],
    [{ shop: { keys: [{ alg: "HS256", kid: "a\nb", secret: SECRET }] } }, /`kid` must be 1 to 256/],
    [{ shop: { keys: [{ alg: "HS256", scret: SECRET }] } }, /unknown `scret`\. Did you mean secret\?/],
    [{ shop: { keys: Array(11).fill(KEYS[0]) } }, /10 keys at most/],
    [
      { shop: { keys: [1, 2].map(() => ({ kid: "1", alg: "HS256", secret: SECRET })) } },
      /two keys have the `kid` "1"/,
    ],
  ])("%j", (apps, sentence) => {
    const fromFile = complaint(() => read({ apps }));
    expect(fromFile).toMatch(sentence);
    expect(fromFile).toContain("natter.json");
    expect(complaint(() => completeConfig({ apps } as Partial<Config>))).toMatch(sentence);
    expect(fromFile).not.toContain(SECRET);
  });

  test.each<[string, object]>([
    ["secret", { NATTER_SECRET: SECRET }],
    ["app", { NATTER_APP: "shop" }],
    ["origins", { NATTER_ORIGINS: "https://shop.example" }],
    ["guests", { NATTER_GUESTS: "on" }],
    ["defaultRole", { NATTER_DEFAULT_ROLE: "none" }],
  ])("with `apps`, %s is each app's own", (name, env) => {
    const sentence = complaint(() => read({ apps: { shop: { keys: KEYS } } }, { env: env as never }));
    expect(sentence).toMatch(/^With `apps`, each app has/);
    expect(sentence).toContain(`leave \`${name}\` out`);
    expect(sentence).not.toContain(SECRET);
  });

  test("with `apps`, keys stand in them", () => {
    const sentence = complaint(() => read({ apps: { shop: { keys: KEYS } }, keys: KEYS }));
    expect(sentence).toContain("With `apps`, keys and webhooks stand in the record of each app.");
  });
});
