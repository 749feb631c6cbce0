import { createRelay, type Relay } from "@natter/relay";
import { afterEach, describe, expect, test } from "vitest";
import { RawClient, SECRET } from "../support/raw-client.ts";

const relays: Relay[] = [];
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});

async function start(options: Parameters<typeof createRelay>[0] = {}): Promise<string> {
  const relay = await createRelay({ memory: true, guests: "on", secret: SECRET, port: 0, ...options });
  relays.push(relay);
  return relay.listen();
}

async function get(url: string): Promise<{ status: number; body: string; policy: string }> {
  const answer = await fetch(url);
  const policy = answer.headers.get("content-security-policy") ?? "";
  return { status: answer.status, body: await answer.text(), policy };
}

const ancestors = (policy: string): string => /frame-ancestors ([^;]*)/.exec(policy)?.[1] ?? "";

test("pages tell the element the app that their address names, and it stays an attribute", async () => {
  const url = await start({ app: "shop" });
  for (const page of ["r", "embed"]) {
    const named = async (query: string): Promise<string> =>
      /<chat-room\s+([^>]*?)\s*>/.exec((await get(`${url}/${page}/lobby${query}`)).body)?.[1] ?? "";
    expect(await named("")).toBe('room="lobby"');
    expect(await named("?app=shop")).toBe('room="lobby" app="shop"');
    expect(await named("?app=%22%3E%3Cb%3E")).toBe('room="lobby" app="&quot;&gt;&lt;b&gt;"');
  }
});

describe("/admin", () => {
  test("holds nothing by itself, loads from its relay alone, and is in nobody's frame", async () => {
    const url = await start();
    const answer = await fetch(`${url}/admin`);
    expect(answer.status).toBe(200);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(ancestors(policy)).toBe("'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https:|\*/);
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await answer.text()).not.toMatch(/https?:\/\//);
    const script = await fetch(`${url}/admin.js`);
    expect([script.status, script.headers.get("content-type")]).toEqual([
      200,
      "text/javascript; charset=utf-8",
    ]);
  });

  test("is not there where it was turned off", async () => {
    const url = await start({ adminPage: "off" });
    for (const path of ["/admin", "/admin.js"]) expect((await get(url + path)).status).toBe(404);
  });
});

describe("/r/{room} without JavaScript", () => {
  test("shows the newest messages under the room's name, and a way to all that were before", async () => {
    const url = await start();
    const ann = await RawClient.join(url, "ann", "long & wide");
    for (let at = 1; at <= 120; at++)
      await ann.ask({ type: "post", room: "long & wide", id: `${at}`, text: `words-${at}.` });
    await ann.close();
    const seen: string[] = [];
    let address: string | undefined = `${url}/r/long%20%26%20wide`;
    let pages = 0;
    while (address !== undefined) {
      const { body } = await get(address);
      pages++;
      const said = [...body.matchAll(/words-(\d+)\./g)].map(([, at = ""]) => at);
      seen.unshift(...said);
      expect(body).toMatch(/<h1 class="note" lang="" dir="auto">long &amp; wide<\/h1>/);
      expect(body).toContain('<html lang="en">');
      expect(body).toContain('<ol class="messages" lang="">');
      expect(body.includes("Newest messages")).toBe(pages > 1);
      const link = /<a rel="prev" href="([^"]+)">/.exec(body)?.[1];
      address = link === undefined ? undefined : url + link.replaceAll("&amp;", "&");
    }
    expect(pages).toBe(3);
    expect(seen).toEqual(Array.from({ length: 120 }, (_, at) => String(at + 1)));
  });

  test.each(["0", "-1", "x", "1e3", "99999999999999999999", "%22%3E"])(
    "?before=%s is the newest page",
    async (before) => {
      const url = await start();
      const ann = await RawClient.join(url, "ann", "lobby");
      await ann.ask({ type: "post", room: "lobby", id: "1", text: "hello there" });
      await ann.close();
      const { status, body } = await get(`${url}/r/lobby?before=${before}`);
      expect(status).toBe(200);
      expect(body).toContain("hello there");
      expect(body).not.toContain("Newest messages");
    },
  );

  test("is in no frame of another site", async () => {
    const { policy } = await get(`${await start({ origins: ["https://example.org"] })}/r/lobby`);
    expect(ancestors(policy)).toBe("'self'");
  });
});

describe("/embed/{room}", () => {
  test.each<[Parameters<typeof createRelay>[0], string]>([
    [{}, "'self'"],
    [
      { origins: ["https://example.org", "http://a.example:8080"] },
      "'self' https://example.org http://a.example:8080",
    ],
    [{ origins: ["capacitor://localhost", "https://example.org"] }, "'self' https://example.org"],
    [{ origins: ["*"] }, "*"],
    [{ dev: true }, "'self' http://localhost:* http://*.localhost:* http://127.0.0.1:*"],
  ])("with %j is in frames of %s", async (options, expected) => {
    const { status, body, policy } = await get(`${await start(options)}/embed/lobby`);
    expect(status).toBe(200);
    expect(ancestors(policy)).toBe(expected);
    expect(policy).toContain("default-src 'none'");
    expect(body).toContain('<chat-room room="lobby"');
    expect(body).not.toContain("embed.js");
  });

  test("is of the app that it names, and in no frame where there is none", async () => {
    const app = (secret: string, origin: string): object => ({
      keys: [{ alg: "HS256", secret }],
      origins: [origin],
    });
    const relay = await createRelay({
      memory: true,
      port: 0,
      apps: { a: app(SECRET, "https://a.example"), b: app(`${SECRET}b`, "https://b.example") },
    });
    relays.push(relay);
    const url = await relay.listen();
    expect(ancestors((await get(`${url}/embed/lobby?app=a`)).policy)).toBe("'self' https://a.example");
    expect(ancestors((await get(`${url}/embed/lobby?app=b`)).policy)).toBe("'self' https://b.example");
    expect(ancestors((await get(`${url}/embed/lobby`)).policy)).toBe("'none'");
    expect(ancestors((await get(`${url}/embed/lobby?app=c`)).policy)).toBe("'none'");
  });

  test("holds no message and no token, whatever is asked, and asks the page around it only when told to", async () => {
    const url = await start();
    const ann = await RawClient.join(url, "ann", "lobby");
    await ann.ask({ type: "post", room: "lobby", id: "1", text: "hello there" });
    await ann.close();
    const { body } = await get(`${url}/embed/lobby?identity=parent&token=secret-token`);
    expect(body).toMatch(/data-identity="parent"[\s\S]*embed\.js[\s\S]*chat-room\.js/);
    expect(body).not.toMatch(/hello there|secret-token/);
    const script = await fetch(`${url}/embed.js`);
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  test("a name that is none is refused with the same policy", async () => {
    const { status, policy } = await get(`${await start()}/embed/%FF`);
    expect(status).toBe(400);
    expect(ancestors(policy)).toBe("'self'");
  });
});
