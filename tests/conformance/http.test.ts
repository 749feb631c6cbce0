import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handshake, RawClient, RawSocket } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

let running: Running;
let url: string;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "natter-http-"));
  const site = join(folder, "site");
  await mkdir(join(site, "data"), { recursive: true });
  await mkdir(join(site, ".git"));
  await mkdir(join(site, ".well-known"));
  await writeFile(join(site, "index.html"), "<h1>the site</h1>");
  await writeFile(join(site, "hello world.txt"), "with a space");
  await writeFile(join(site, ".env"), "SECRET=private");
  await writeFile(join(site, ".git", "config"), "private");
  await writeFile(join(site, ".well-known", "security.txt"), "public");
  await writeFile(join(site, "data", "dev-secret"), "private");
  await writeFile(join(folder, "outside.txt"), "private");
  await symlink("/etc", join(site, "etc")).catch(() => {});
  running = await startRelay({
    guests: "on",
    origins: ["https://good.example"],
    site,
    data: join(site, "data"),
    guestsPerMinute: 40,
  });
  ({ url } = running);
});

afterAll(async () => {
  await running.relay.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request whose path nobody tidies up. */
function raw(
  path: string,
  method = "GET",
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, agent: false }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

interface Guest {
  token: string;
  user: { id: string; name: string };
  expires: number;
}

function guest(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/guest`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("POST /v1/guest", () => {
  const key = "a-key-of-a-browser-1";

  test("[AUTH12] gives a token that opens rooms, and the same guest for the same key", async () => {
    const first = (await (await guest({ name: "Ann", key })).json()) as Guest;
    const again = (await (await guest({ name: "Anna", key })).json()) as Guest;
    const other = (await (await guest({})).json()) as Guest;
    expect(again.user).toEqual({ id: first.user.id, name: "Anna" });
    expect(other.user.id).not.toBe(first.user.id);
    const client = await RawClient.open(url);
    client.say({ type: "hello", token: again.token });
    expect(await client.next("welcome")).toMatchObject({ user: again.user, expires: again.expires });
    await client.ask({ type: "join", room: "lobby" });
    await client.close();
  });

  test("without a body is a guest like others; the answer is not kept by caches", async () => {
    const answer = await fetch(`${url}/v1/guest`, { method: "POST" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(((await answer.json()) as Guest).user.name).toMatch(/^Guest \d{4}$/);
  });

  test.each<[string, unknown, number]>([
    ["no JSON", "{", 400],
    ["a word", "hello", 400],
    ["an array", [1], 400],
    ["null", "null", 400],
    ["a name that is no text", { name: 7 }, 400],
    ["a name of a megabyte", { name: "x".repeat(1e6) }, 413],
    ["a short key", { key: "short" }, 400],
    ["a long key", { key: "x".repeat(129) }, 400],
    ["a key that is no text", { key: {} }, 400],
    ["a body of ten megabytes", "x".repeat(1e7), 413],
  ])("refuses %s", async (_, body, status) => {
    const answer = await guest(body);
    expect(answer.status).toBe(status);
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect(["invalid", "too-large"]).toContain(error.code);
    expect(error.message.length).toBeLessThan(200);
  });

  test("a name that would break a line, or pollute, is cleaned", async () => {
    const { user } = (await (await guest('{"name":"A\\r\\nn\\u0000n","__proto__":{"x":1}}')).json()) as Guest;
    expect(user.name).toBe("Ann");
  });

  describe("[AUTH11] to pages", () => {
    test("answers those of allowed origins, and says so to the browser", async () => {
      const answer = await guest({}, { origin: "https://good.example" });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("access-control-allow-origin")).toBe("https://good.example");
      expect(answer.headers.get("vary")).toContain("origin");
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    });

    test.each(["https://evil.example", "https://good.example.evil.example", "null", "%%%"])(
      "refuses %s",
      async (origin) => {
        const answer = await guest({}, { origin });
        expect(answer.status).toBe(403);
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
        expect(await answer.text()).toContain("--origins");
      },
    );

    test("answers the question before it", async () => {
      const ask = (origin: string): Promise<Response> =>
        fetch(`${url}/v1/guest`, {
          method: "OPTIONS",
          headers: {
            origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
          },
        });
      const good = await ask("https://good.example");
      expect(good.status).toBe(204);
      expect(good.headers.get("access-control-allow-origin")).toBe("https://good.example");
      expect(good.headers.get("access-control-allow-headers")).toBe("content-type");
      expect((await ask("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
    });
  });

  test("[OV-10] is limited for each address, whatever a header says, and tells how long to wait", async () => {
    const busy = await startRelay({ guests: "on", guestsPerMinute: 5 });
    const statuses: number[] = [];
    let last: Response | undefined;
    for (let each = 0; each < 8; each++) {
      last = await fetch(`${busy.url}/v1/guest`, {
        method: "POST",
        headers: { "x-forwarded-for": `10.0.0.${each}`, forwarded: `for=10.0.0.${each}` },
      });
      statuses.push(last.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await last?.json()).toMatchObject({ error: { code: "rate-limited" } });
    await busy.relay.close();
  });

  test("where no guests are allowed is forbidden", async () => {
    const closed = await startRelay();
    const answer = await fetch(`${closed.url}/v1/guest`, { method: "POST" });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: "forbidden" } });
    await closed.relay.close();
  });

  test.each(["GET", "PUT", "DELETE"])("by %s is told that it takes POST", async (method) => {
    const answer = await fetch(`${url}/v1/guest`, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });
});

describe("/healthz", () => {
  test("says ok, and asks not to be kept", async () => {
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.text()]).toEqual([200, '{"status":"ok"}']);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect((await fetch(`${url}/healthz`, { method: "HEAD" })).status).toBe(200);
  });
});

describe("/r/{room}", () => {
  const page = async (room: string): Promise<string> =>
    (await fetch(`${url}/r/${encodeURIComponent(room)}`)).text();

  const VECTORS = [
    `<script>alert(1)</script>`,
    `"><script>alert(1)</script>`,
    `'><img src=x onerror=alert(1)>`,
    `</title><script>alert(1)</script>`,
    `</chat-room><script>alert(1)</script>`,
    `" onmouseover="alert(1)`,
    `' onfocus='alert(1)' autofocus='`,
    `\`\${alert(1)}\``,
    `<svg/onload=alert(1)>`,
    `<!-- --><script>alert(1)</script>`,
    `<![CDATA[<script>alert(1)</script>]]>`,
    `&lt;script&gt;alert(1)&lt;/script&gt;`,
    `&#60;script&#62;`,
    `javascript:alert(1)`,
    `</style><script>alert(1)</script>`,
    `<base href=//evil.example>`,
    `<meta http-equiv=refresh content=0>`,
    `\\u003cscript\\u003e`,
    `%3Cscript%3E`,
    `<iframe srcdoc="<script>alert(1)</script>">`,
  ];

  /** The tags and attributes that a browser would see, without their values. */
  function tags(html: string): string[] {
    return [...html.matchAll(/<[^>]*>/g)].map(([tag]) =>
      tag.replaceAll(/"[^"]*"/g, '""').replaceAll(/\s+/g, " "),
    );
  }

  test.each(VECTORS)("a room's name is text wherever it stands: %s", async (room) => {
    const html = await page(room);
    expect(tags(html)).toEqual(tags(await page("harmless")));
    expect(html).toContain('<script type="module" src="/chat-room.js"></script>');
  });

  test("what people said is text, and so are their names", async () => {
    for (const [at, vector] of VECTORS.entries()) {
      const client = await RawClient.enter(url, `user-${at}`, { name: vector });
      await client.ask({ type: "post", room: "vectors", id: "1", text: vector });
      await client.ask({ type: "post", room: "sentences", id: "1", text: "harmless" });
      await client.close();
    }
    const html = await page("vectors");
    expect(tags(html)).toEqual(tags(await page("sentences")));
    expect(tags(html).filter((tag) => tag === "<li>")).toHaveLength(VECTORS.length);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  test.each([
    "한국어 방",
    "two words",
    "🏠",
    "a_b",
    "a/b",
    "100%",
    "a?b#c",
    "a&b",
    "%41",
    "+",
    "a+b",
    "é",
    "cafe\u0301",
  ])("shows the room of the address: %s", async (room) => {
    const ann = await RawClient.enter(url, "ann");
    await ann.ask({ type: "post", room, id: `${Math.random()}`.slice(2), text: `words in ${room}` });
    const escaped = (text: string): string => text.replaceAll("&", "&amp;");
    const html = await page(room);
    expect(html).toContain(`room="${escaped(room.normalize("NFC"))}"`);
    expect(html).toContain(escaped(`words in ${room}`));
    await ann.close();
  });

  test.each(["%", "%FF", "%00", "%20x", "a%0Ab", "a%E2%80%AEb", "%ED%A0%80", "x".repeat(200)])(
    "%s is no room, and says why",
    async (path) => {
      const answer = await raw(`/r/${path}`);
      expect([400, 404]).toContain(answer.status);
      expect(answer.body).toMatch(/percent-encoded|must not|at most|nothing at this address/);
      expect(tags(answer.body)).not.toContain("<chat-room>");
    },
  );

  test("comes with a policy that runs no script of anybody else", async () => {
    const { headers } = await fetch(`${url}/r/lobby`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe-inline");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-type")).toContain("text/html");
  });

  test("[P4] [P5] shows no deleted words, and none at all where not everybody may read", async () => {
    const ann = await RawClient.enter(url, "ann");
    await ann.ask({ type: "post", room: "erased", id: "1", text: "regretted words" });
    await ann.ask({ type: "delete", room: "erased", id: "2", target: 1 });
    await ann.close();
    expect(await page("erased")).not.toContain("regretted words");
    for (const options of [{ guests: "off" }, { guests: "on", defaultRole: "none" }] as const) {
      const closed = await startRelay(options);
      const bob = await RawClient.enter(closed.url, "bob", { rooms: { lobby: "member" } });
      await bob.ask({ type: "post", room: "lobby", id: "1", text: "private words" });
      expect(await (await fetch(`${closed.url}/r/lobby`)).text()).not.toContain("private words");
      await bob.close();
      await closed.relay.close();
    }
  });
});

describe("a site beside the rooms", () => {
  test("is served", async () => {
    expect((await raw("/")).body).toBe("<h1>the site</h1>");
    expect((await raw("/index.html")).status).toBe(200);
    expect((await raw("/hello%20world.txt")).body).toBe("with a space");
    expect((await raw("/.well-known/security.txt")).body).toBe("public");
    expect((await raw("/", "HEAD")).status).toBe(200);
    expect((await raw("/", "POST")).status).toBe(404);
  });

  test.each([
    "/../outside.txt",
    "/%2e%2e/outside.txt",
    "/..%2foutside.txt",
    "/%2e%2e%2foutside.txt",
    "/..%5coutside.txt",
    "/.%00./outside.txt",
    "/data/../../outside.txt",
    "//../outside.txt",
    "/....//outside.txt",
    "/%252e%252e/outside.txt",
    "/%c0%ae%c0%ae/outside.txt",
    "/\\..\\outside.txt",
    "/index.html/../../outside.txt",
    "/etc/../../outside.txt",
    "/data/dev-secret",
    "/data%2Fdev-secret",
    "/%64ata/dev-secret",
    "/data//dev-secret",
    "/./data/dev-secret",
    "/data/./dev-secret",
    "/.env",
    "/%2eenv",
    "/.git/config",
    "/%2Egit/config",
    "/.git%2fconfig",
  ])("[AZ-10] nothing outside of it, hidden or of the relay's own is served: %s", async (path) => {
    const answer = await raw(path);
    expect(answer.body).not.toContain("private");
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test("a folder without an index, and nothing at all, are not found", async () => {
    for (const path of ["/data", "/data/", "/nowhere", "/index.html/", "/%00", "/%ff", "/x".repeat(3000)]) {
      const answer = await raw(path);
      expect(answer.status, path.slice(0, 20)).toBe(404);
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "not-found" } });
    }
  });
});

test("[PR-12] headers that smuggle others are not passed on", async () => {
  for (const headers of [
    ["Origin: https://good.example\r\n X-Folded: x"],
    ["Host: evil.example"],
    ["X-Forwarded-Host: evil.example"],
    ["Origin: https://good.example\u0000"],
  ]) {
    const socket = await RawSocket.dial(url);
    const request = handshake({
      path: "/r/lobby",
      headers,
      replaced: { Upgrade: undefined, Connection: "close" },
    });
    socket.write(Buffer.from(request, "latin1"));
    const head = await socket.head().catch(() => "");
    expect(head).not.toContain("evil");
    expect(head.toLowerCase()).not.toContain("set-cookie");
    socket.destroy();
  }
});

test("[AZ-07] an HTTP error tells no path, stack or version", async () => {
  for (const path of ["/nowhere", "/r/%FF", "/v1/rooms", "/metrics", "/%00"]) {
    const { body, headers } = await raw(path);
    expect(body).not.toMatch(/node_modules|\.ts:|\.js:|at \w+ \(/);
    expect(JSON.stringify(headers)).not.toMatch(/x-powered-by|hono|node/i);
  }
});
