import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Doorkeeper, Admitted } from "../../src/apps/doorkeeper.ts";
import { Apps } from "../../src/apps/apps.ts";
import { Approaches, DIRECT, type Approach } from "../../src/apps/approach.ts";
import { doorkeeperOf, hs256, policy } from "../doubles/apps.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { forge, KEY } from "../doubles/tokens.ts";

const clock = new FakeClock();
const NOW = Math.floor(clock.now() / 1000);
const SECRETS = {
  shop: "the shop's secret, of more than thirty-two bytes",
  club: "the club's secret, of more than thirty-two bytes",
};
const secretOf = (app: keyof typeof SECRETS): ReturnType<typeof createSecretKey> =>
  createSecretKey(Buffer.from(SECRETS[app]));

function several(): ReturnType<typeof doorkeeperOf> {
  const policyOf = (app: keyof typeof SECRETS): ReturnType<typeof policy> =>
    policy(clock, {
      verifier: hs256(clock, { app, key: secretOf(app) }),
      origins: { allowed: [`https://${app}.example`], allowLocal: false },
      isNamed: true,
    });
  return doorkeeperOf(clock, { shop: policyOf("shop"), club: policyOf("club") });
}

const token = (app: keyof typeof SECRETS, claims: object = {}): string =>
  forge({ sub: "ann", exp: NOW + 3600, aud: app, ...claims }, { secret: SECRETS[app] });

function come(doorkeeper: Doorkeeper, given: string, approach: Approach = DIRECT): string {
  const admitted = doorkeeper.admit(given, approach) as Admitted;
  return admitted.ok
    ? `${admitted.identity.user.id} of ${admitted.app.id}`
    : `${admitted.closeCode} ${admitted.code}`;
}

describe("[P7] [AZ-06] a token is held against the keys of the app that it names, and no other", () => {
  const { doorkeeper } = several();

  test.each<[string, string, Approach, string]>([
    ["its own", token("shop"), DIRECT, "ann of shop"],
    ["the other", token("club"), DIRECT, "ann of club"],
    [
      "one's key, the other's name",
      forge({ sub: "ann", exp: NOW + 60, aud: "club" }, { secret: SECRETS.shop }),
      DIRECT,
      "4401 unauthorized",
    ],
    ["no name", token("shop", { aud: undefined }), DIRECT, "4401 unauthorized"],
    [
      "no name, and an address with one",
      token("shop", { aud: undefined }),
      { app: "shop" },
      "4401 unauthorized",
    ],
    ["a name that nobody has", token("shop", { aud: "bar" }), DIRECT, "4401 unauthorized"],
    ["__proto__", token("shop", { aud: "__proto__" }), DIRECT, "4401 unauthorized"],
    ["an odd name", token("shop", { aud: { shop: true } }), DIRECT, "4401 unauthorized"],
    ["a name among others", token("shop", { aud: ["web", "shop"] }), DIRECT, "ann of shop"],
    ["both names", token("shop", { aud: ["club", "shop"] }), DIRECT, "4401 unauthorized"],
    [
      "both names, and an address with one",
      token("shop", { aud: ["club", "shop"] }),
      { app: "shop" },
      "ann of shop",
    ],
    [
      "both names, and an address with the other",
      token("shop", { aud: ["club", "shop"] }),
      { app: "club" },
      "4401 unauthorized",
    ],
    ["an address of the other", token("shop"), { app: "club" }, "4401 unauthorized"],
    ["an address of nobody", token("shop"), { app: "bar" }, "4401 unauthorized"],
    ["rubbish", "a.b.c", DIRECT, "4401 unauthorized"],
    ["nothing", "", DIRECT, "4401 unauthorized"],
  ])("%s", (_, given, approach, expected) => {
    expect(come(doorkeeper, given, approach)).toBe(expected);
  });

  test("[AU-17] who forges does not learn which apps there are", () => {
    const forged = ["shop", "club", "bar", undefined, ["shop", "club"]].map((aud) => {
      return doorkeeper.admit(forge({ sub: "ann", exp: NOW + 60, aud }), DIRECT);
    });
    expect(new Set(forged.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  test("a token that names no app is of the app `default`, where there is one", () => {
    const { doorkeeper: open } = doorkeeperOf(clock, {
      default: policy(clock),
      shop: policy(clock, { verifier: hs256(clock, { app: "shop", key: secretOf("shop") }) }, "shop"),
    });
    expect(come(open, forge({ sub: "ann", exp: NOW + 60 }))).toBe("ann of default");
    expect(come(open, token("shop", { aud: undefined }))).toBe("4401 unauthorized");
  });
});

describe("[AU-14] a page is of one app", () => {
  const { apps, doorkeeper } = several();
  const at = (origin: string, app?: string): Approach => ({
    origin,
    host: "relay.example",
    ...(app !== undefined && { app }),
  });

  test.each<[string, Approach, string]>([
    ["its own page", at("https://shop.example"), "ann of shop"],
    ["a page of the relay", at("https://relay.example"), "ann of shop"],
    ["no page", { host: "relay.example" }, "ann of shop"],
    ["a page of the other app", at("https://club.example"), "4403 forbidden"],
    ["another scheme", at("http://shop.example"), "4403 forbidden"],
    ["another port", at("https://shop.example:8443"), "4403 forbidden"],
    ["a sandbox", at("null"), "4403 forbidden"],
  ])("%s", (_, approach, expected) => {
    expect(come(doorkeeper, token("shop"), approach)).toBe(expected);
  });

  test("whose refusal names the origin, and where to add it", () => {
    const refused = doorkeeper.admit(token("shop"), at("https://club.example"));
    expect(refused).toMatchObject({
      message:
        'Origin https://club.example is not allowed; add it to the `origins` of the app "shop" in the relay\'s configuration.',
    });
    expect(doorkeeper.refuseOrigin("https://bar.example")).toContain("the `origins` of its app");
  });

  test("before its app is known, it is let on when any app lists it", () => {
    expect(apps.isWelcome(at("https://shop.example"))).toBe(true);
    expect(apps.isWelcome(at("https://club.example"))).toBe(true);
    expect(apps.isWelcome(at("https://club.example", "club"))).toBe(true);
    expect(apps.isWelcome(at("https://club.example", "shop"))).toBe(false);
    expect(apps.isWelcome(at("https://club.example", "bar"))).toBe(false);
    expect(apps.isWelcome(at("https://bar.example"))).toBe(false);
    expect(apps.isWelcome({ app: "bar" })).toBe(true);
    expect(apps.isWelcome(at("https://relay.example"))).toBe(true);
    expect(apps.isWelcome(at("http://localhost:3000"))).toBe(false);
    expect(apps.isWelcome(at("*"))).toBe(false);
  });

  test("and also when one of them lets every page on, or those of its machine", () => {
    const of = (origins: ReturnType<typeof policy>["origins"]): Apps =>
      doorkeeperOf(clock, { shop: policy(clock), club: policy(clock, { origins }) }).apps;
    expect(of({ allowed: ["*"], allowLocal: false }).isWelcome(at("https://bar.example"))).toBe(true);
    expect(of({ allowed: [], allowLocal: true }).isWelcome(at("http://localhost:3000"))).toBe(true);
    expect(of({ allowed: [], allowLocal: true }).isWelcome(at("https://bar.example"))).toBe(false);
  });
});

describe("a visitor without a token", () => {
  const listing = (...allowed: string[]): ReturnType<typeof policy> =>
    policy(clock, { origins: { allowed, allowLocal: false }, guestKey: { key: KEY } });
  const { apps } = doorkeeperOf(clock, {
    default: listing("https://both.example"),
    shop: listing("https://shop.example", "https://both.example"),
  });

  test.each<[string, Approach, string | undefined]>([
    ["is of the app that they name", { app: "shop" }, "shop"],
    ["is of no app when nobody has the name", { app: "bar" }, undefined],
    ["is of the app that lists their page", { origin: "https://shop.example" }, "shop"],
    ["is of the default app when several do", { origin: "https://both.example" }, "default"],
    ["is of the default app otherwise", { origin: "https://bar.example" }, "default"],
    ["is of the default app without a page", {}, "default"],
  ])("%s", (_, approach, expected) => {
    expect(apps.ofVisitor(approach)?.id).toBe(expected);
  });

  test("is of the one app, whatever it is called", () => {
    expect(new Apps([{ id: "shop", audiences: ["shop"], policy: listing() }]).ofVisitor({})?.id).toBe("shop");
  });
});

test("everybody who comes the same way is one object, and made-up ways do not pile up", () => {
  const approaches = new Approaches();
  const first = approaches.of("https://shop.example", "relay.example", undefined);
  expect(first).toEqual({ origin: "https://shop.example", host: "relay.example" });
  expect(approaches.of("https://shop.example", "relay.example", undefined)).toBe(first);
  expect(approaches.of("https://shop.example", "relay.example", "shop")).not.toBe(first);
  expect(approaches.of(undefined, undefined, undefined)).toEqual({});
});
