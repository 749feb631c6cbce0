import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RelayOptions } from "@natter/relay";
import { afterEach, describe, expect, test } from "vitest";
import { RawClient, signed } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

const SHOP = "the secret of the shop, of more than thirty-two bytes";
const CLUB = "the secret of the club, of more than thirty-two bytes";
const APPS: NonNullable<RelayOptions["apps"]> = {
  shop: {
    keys: [{ kid: "1", alg: "HS256", secret: SHOP }],
    origins: ["https://shop.example"],
    guests: "on",
    limits: { guestsPerMinute: 3, maxText: 10 },
  },
  club: {
    keys: [{ kid: "1", alg: "HS256", secret: CLUB }],
    origins: ["https://club.example"],
    guests: "on",
  },
};

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options: RelayOptions = {}): Promise<Running> {
  // The double gives every relay a secret; with apps, each has its own.
  const running = await startRelay({ secret: "", apps: APPS, ...options });
  cleanups.push(() => running.relay.close());
  return running;
}

async function open(url: string, origin?: string, path = "/v1/socket"): Promise<RawClient> {
  const client = await RawClient.open(url, { path, ...(origin !== undefined && { headers: { origin } }) });
  cleanups.push(() => client.terminate());
  return client;
}

async function guest(
  url: string,
  query = "",
  origin?: string,
): Promise<{ status: number; allowed: string | null; token: string; user: { id: string }; error?: object }> {
  const response = await fetch(`${url}/v1/guest${query}`, {
    method: "POST",
    body: JSON.stringify({ key: "the-key-of-a-browser" }),
    headers: origin === undefined ? {} : { origin },
  });
  const body = (await response.json()) as { token: string; user: { id: string } };
  return { status: response.status, allowed: response.headers.get("access-control-allow-origin"), ...body };
}

describe("[P7] guests of two apps", () => {
  test("are of the app that they name, or whose page they come from", async () => {
    const { url } = await start();
    const named = await guest(url, "?app=shop");
    const listed = await guest(url, "", "https://shop.example");
    expect(named.user.id).toBe(listed.user.id);
    expect(listed.allowed).toBe("https://shop.example");
    const other = await guest(url, "", "https://club.example");
    expect(other.user.id).not.toBe(named.user.id);
    const client = await open(url, "https://club.example");
    client.say({ type: "hello", token: other.token });
    expect(await client.next("welcome")).toMatchObject({ app: "club" });
    expect(await guest(url)).toMatchObject({ status: 403, error: { code: "forbidden" } });
    expect(await guest(url, "?app=bar")).toMatchObject({ status: 403 });
    expect(await guest(url, "?app=club", "https://shop.example")).toMatchObject({
      status: 403,
      allowed: null,
    });
  });

  test("one's flood of guests uses up nothing of the other's", async () => {
    const { url } = await start();
    for (let each = 0; each < 3; each++) expect(await guest(url, "?app=shop")).toMatchObject({ status: 200 });
    expect(await guest(url, "?app=shop")).toMatchObject({ status: 429 });
    expect(await guest(url, "?app=club")).toMatchObject({ status: 200 });
  });

  test("a guest of one is nobody in the other", async () => {
    const { url } = await start();
    const { token } = await guest(url, "?app=shop");
    const client = await open(url, undefined, "/v1/socket?app=club");
    client.say({ type: "hello", token });
    expect(await client.closed).toMatchObject({ code: 4401 });
  });
});

describe("[AUTH11] [AU-14] a page of one app", () => {
  const token = signed({ kid: "1" }, { aud: "shop" }, SHOP);

  test("is told at its `hello` where to add it, if it brings a token of the other", async () => {
    const { url, logged } = await start();
    const client = await open(url, "https://club.example");
    client.say({ type: "hello", token }, { type: "join", ref: 1, room: "lobby" });
    expect(await client.closed).toMatchObject({ code: 4403 });
    expect(client.packets).toMatchObject([
      {
        type: "error",
        code: "forbidden",
        message: expect.stringMatching(/^Origin https:\/\/club\.example .* app "shop"/) as string,
      },
    ]);
    expect(logged.filter((line) => line.includes("https://club.example"))).toHaveLength(1);
  });

  test("is turned away before it says anything when its address names the other", async () => {
    const { url } = await start();
    const client = await open(url, "https://club.example", "/v1/socket?app=shop");
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  test("that no app lists is turned away, and the log tells of it once", async () => {
    const { url, logged } = await start();
    for (let each = 0; each < 3; each++) {
      const client = await open(url, "https://bar.example");
      expect(await client.closed).toMatchObject({
        code: 4403,
        reason: expect.stringContaining("https://bar.example") as string,
      });
    }
    expect(logged.filter((line) => line.includes("https://bar.example"))).toHaveLength(1);
  });
});

test("[LIM4] limits are the app's own, and `welcome` tells them", async () => {
  const { url } = await start();
  const enter = async (aud: string, secret: string): Promise<RawClient> => {
    const client = await open(url);
    client.say({ type: "hello", token: signed({ kid: "1" }, { aud }, secret) });
    return client;
  };
  const [shop, club] = [await enter("shop", SHOP), await enter("club", CLUB)];
  expect(await shop.next("welcome")).toMatchObject({ limits: { textLength: 10 } });
  expect(await club.next("welcome")).toMatchObject({ limits: { textLength: 4000 } });
  const post = { type: "post", room: "lobby", id: "1", text: "eleven long" };
  expect(await shop.request(post)).toMatchObject({ code: "too-large" });
  expect(await club.request(post)).toMatchObject({ type: "ok" });
});

test("[PLN1] a plain client is of the app that its address names", async () => {
  const { url } = await start();
  const shop = await open(url, undefined, "/ws/chat/lobby/?app=shop");
  const club = await open(url, undefined, "/ws/chat/lobby/?app=club");
  const nobody = await open(url, undefined, "/ws/chat/lobby/");
  expect(await nobody.closed).toMatchObject({ code: 4401 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  shop.sayText('{"message": "a shop"}');
  club.sayText('{"message": "a club"}');
  await shop.until(() => (shop.texts.length > 0 ? true : undefined));
  await club.until(() => (club.texts.length > 0 ? true : undefined));
  expect(shop.texts).toEqual(['{"message":"a shop"}']);
  expect(club.texts).toEqual(['{"message":"a club"}']);
});

describe("the keys of an identity provider", () => {
  const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });

  function tokenOf(kid: string, claims: object = {}): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
    const payload = { sub: "ann", iat: now, exp: now + 60, iss: "https://login.example", ...claims };
    const text = `${part({ alg: "RS256", typ: "JWT", kid })}.${part(payload)}`;
    return `${text}.${sign("sha256", Buffer.from(text), RSA.privateKey).toString("base64url")}`;
  }

  /** A provider on this machine, which notes who asked for what. */
  async function provide(): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(
        JSON.stringify({ keys: [{ ...RSA.publicKey.export({ format: "jwk" }), kid: "one", use: "sig" }] }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`, asked };
  }

  async function startWith(jwksUrl: string): Promise<Running> {
    const running = await startRelay({
      secret: "",
      keys: [{ alg: "RS256", jwksUrl, issuer: "https://login.example" }],
    });
    cleanups.push(() => running.relay.close());
    return running;
  }

  test("let in whoever it has signed for, and are asked for once", async () => {
    const provider = await provide();
    const { url } = await startWith(provider.url);
    for (let each = 0; each < 5; each++) {
      const client = await open(url);
      client.say({ type: "hello", token: tokenOf("one") }, { type: "join", ref: 1, room: "lobby" });
      await client.next("ok");
    }
    expect(provider.asked).toEqual(["/jwks"]);
  });

  test("[AU-07] [AU-15] let in nobody else, and lead the relay nowhere", async () => {
    const provider = await provide();
    const { url } = await startWith(provider.url);
    const bad = [
      tokenOf("two"),
      tokenOf(provider.url),
      tokenOf("one", { iss: "https://evil.example" }),
      tokenOf("one", { exp: 1 }),
      signed({ kid: "one" }, {}, RSA.publicKey.export({ type: "spki", format: "pem" }) as string),
      signed({ kid: "one", alg: "RS256" }, {}, "x"),
    ];
    for (const token of bad) {
      const client = await open(url);
      client.say({ type: "hello", token });
      expect((await client.closed).code).toBe(4401);
    }
    expect(new Set(provider.asked)).toEqual(new Set(["/jwks"]));
    expect(provider.asked.length).toBeLessThanOrEqual(2);
  });

  test("that cannot be had send clients away to try again later", async () => {
    const { url, logged } = await startWith("http://127.0.0.1:9/jwks");
    const client = await open(url);
    client.say({ type: "hello", token: tokenOf("one") });
    expect(await client.closed).toMatchObject({ code: 1013 });
    expect(client.packets).toMatchObject([{ type: "error", code: "unavailable" }]);
    expect(logged.join("\n")).toContain("jwksUrl");
  });
});

describe("[AUTH14] relay.reload", () => {
  test("checks everything first, and rejects without a change", async () => {
    const { url, relay } = await start();
    const client = await open(url);
    client.say({ type: "hello", token: signed({ kid: "1" }, { aud: "shop" }, SHOP) });
    await client.next("welcome");
    await expect(relay.reload({ memory: true, apps: { ...APPS, bad: {} } })).rejects.toThrow(
      /App "bad" has no `keys`/,
    );
    await expect(relay.reload({ memory: true, maxRoms: 3 } as object)).rejects.toThrow(/maxRooms/);
    await client.ask({ type: "join", room: "lobby" });
    expect(await relay.reload({ memory: true, apps: APPS })).toEqual({ kept: [] });
    await client.ask({ type: "join", room: "garden" });
    expect(await relay.reload({ memory: true, heartbeat: 1000, apps: APPS })).toEqual({
      kept: ["heartbeat"],
    });
  });
});
