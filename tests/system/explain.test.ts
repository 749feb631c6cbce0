import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRelay } from "@natter/relay";
import jwt from "jsonwebtoken";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RawClient, SECRET, signed, tokenFor } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { natter, type Ran } from "./cli-process.ts";

const OTHER_SECRET = "another secret of tests, also of enough bytes";

interface Explained {
  allowed: boolean;
  decidedBy: string;
  because: string;
  advice?: string;
  verbs: string[];
  patterns: { pattern: string; covers: boolean; decides: boolean }[];
  findings: { rule: string; outcome: string; found: string }[];
}

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "natter-explain-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function ask(token: string, args: string[] = [], room = "lobby"): Promise<Ran> {
  const env = { NATTER_SECRET: SECRET };
  return natter(["explain", "--token", token, "--room", room, "--data", join(folder, "data"), ...args], {
    env,
  });
}

async function explained(token: string, args: string[] = [], room = "lobby"): Promise<Explained & Ran> {
  const ran = await ask(token, ["--json", ...args], room);
  expect(ran.err).toBe("");
  const json = JSON.parse(ran.out) as Explained;
  expect(ran.code).toBe(json.allowed ? 0 : 1);
  expect(ran.out).not.toContain(SECRET);
  return { ...json, ...ran };
}

const seconds = (from: number): number => Math.floor(Date.now() / 1000) + from;

describe("natter-relay explain", () => {
  test("tells every rule in order, and which pattern wins over which", async () => {
    const rooms = { "*": "reader", "lob*": "member", lobby: ["read", "react"], "team-*": "admin" };
    const token = tokenFor("ann", { name: "Ann", rooms });
    const found = await explained(token);
    expect(found).toMatchObject({
      allowed: true,
      decidedBy: 'rooms "lobby"',
      verbs: ["read", "react"],
      patterns: [
        { pattern: "*", covers: true, decides: false },
        { pattern: "lob*", covers: true, decides: false },
        { pattern: "lobby", covers: true, decides: true },
        { pattern: "team-*", covers: false, decides: false },
      ],
    });
    const order = [
      "form",
      "app",
      "key",
      "signature",
      "times",
      "audience",
      "issuer",
      "user",
      "grants",
      "origin",
    ];
    expect(found.findings.slice(0, 10).map(({ rule }) => rule)).toEqual(order);
    const words = await ask(token);
    expect(words.code).toBe(0);
    expect(words.out).toMatch(/^> rooms "lobby" +Covers the room, and decides/m);
    expect(words.out).toMatch(/^  rooms "lob\*" +Covers the room, and yields to the longer "lobby"/m);
    expect(words.out).toMatch(/^ALLOWED: "ann" may read in "lobby"\.$/m);
    expect(words.out).toMatch(/ends .* UTC, in\s+59\s+minutes/);
    expect(words.out).not.toContain(SECRET);
  });

  test.each<[string, string, string, RegExp]>([
    ["no JWT", "hello", "form", /Copy the token whole/],
    ["three parts of nothing", "a.b.c", "form", /Copy the token whole/],
    ["another secret", tokenFor("ann", {}, OTHER_SECRET), "signature", /byte for byte/],
    ["a line end behind the secret", tokenFor("ann", {}, `${SECRET}\n`), "signature", /line end/],
    ["expired", tokenFor("ann", { iat: seconds(-7200), exp: seconds(-3600) }), "times", /new token/],
    ["milliseconds", tokenFor("ann", { exp: seconds(3600) * 1000 }), "times", /in seconds/],
    ["a length as exp", tokenFor("ann", { exp: 3600 }), "times", /not a length/],
    ["not yet", tokenFor("ann", { nbf: seconds(3600) }), "times", /compare the clocks/],
    ["from the future", tokenFor("ann", { iat: seconds(3600) }), "times", /Mint it so/],
    ["for another app", tokenFor("ann", { aud: "shop" }), "audience", /Set `aud` to "default"/],
    ["nobody", tokenFor("", {}), "user", /`sub`/],
    ["an odd role", tokenFor("ann", { rooms: { lobby: "king" } }), "grants", /reader, member/],
    ["another room", tokenFor("ann", { rooms: { cellar: "member" } }), "rights", /No pattern covers/],
    ["no alg", `${signed({ alg: "none" }, {}, SECRET).split(".").slice(0, 2).join(".")}.x`, "key", /HS256/],
  ])("%s: says which check failed, and what to change", async (_, token, rule, advice) => {
    const found = await explained(token);
    expect(found).toMatchObject({ allowed: false, decidedBy: rule });
    expect(found.advice).toMatch(advice);
  });

  test("the secret decoded from base64 is recognised", async () => {
    const secret = Buffer.from("thirty-two bytes, as openssl makes").toString("base64");
    const token = jwt.sign({ sub: "ann" }, Buffer.from(secret, "base64"), { expiresIn: 60 });
    const args = ["explain", "--token", token, "--room", "lobby", "--memory"];
    const { code, out } = await natter(args, { env: { NATTER_SECRET: secret } });
    expect(code).toBe(1);
    expect(out).toMatch(/secret decoded to bytes/);
    expect(out).not.toContain(secret);
  });

  test("says what the relay says, whatever the token", async () => {
    const relay = await RelayProcess.start({ args: ["--memory"], env: { NATTER_SECRET: SECRET } });
    try {
      // Made when its turn comes, as some of them stand close to a limit in time.
      const cases: (() => Record<string, unknown>)[] = [
        () => ({}),
        () => ({ aud: ["default", "x"] }),
        () => ({ aud: 7 }),
        () => ({ iss: "x" }),
        () => ({ exp: undefined }),
        () => ({ exp: "soon" }),
        () => ({ exp: seconds(-5), iat: seconds(-60) }),
        () => ({ exp: seconds(-30), iat: seconds(-60) }),
        () => ({ exp: seconds(40 * 86_400) }),
        () => ({ nbf: "now" }),
        () => ({ rooms: [] }),
        () => ({ rooms: {} }),
        () => ({ rooms: { "lobby*": "reader", "lobbyx*": "member" } }),
        () => ({ rooms: { lobby: ["post"] } }),
        () => ({ rooms: { "*": ["admin"] } }),
        () => ({ name: 7, picture: "http://x" }),
      ];
      for (const claimed of cases) {
        const claims = claimed();
        const token = tokenFor("ann", claims);
        const client = await RawClient.open(relay.url);
        client.say({ type: "hello", token });
        const first = await client.next((packet) => ["welcome", "error"].includes(packet.type));
        const joined =
          first.type === "welcome" ? await client.request({ type: "join", room: "lobby" }) : first;
        await client.close();
        const { allowed } = await explained(token);
        expect([claims, allowed]).toEqual([claims, joined.type === "ok"]);
      }
    } finally {
      await relay.close();
    }
  }, 60_000);

  test("another verb, the default role and an origin", async () => {
    const token = tokenFor("ann");
    expect(await explained(token, ["--verb", "post"])).toMatchObject({
      allowed: true,
      decidedBy: "default role",
    });
    expect(await explained(token, ["--verb", "ban"])).toMatchObject({ allowed: false, decidedBy: "rights" });
    const none = ["--default-role", "none"];
    expect(await explained(token, none)).toMatchObject({ allowed: false, decidedBy: "rights" });
    const page = ["--origin", "https://shop.example"];
    const strange = await explained(token, page);
    expect(strange).toMatchObject({ allowed: false, decidedBy: "origin" });
    expect(strange.advice).toContain("add it to the relay's --origins");
    const listed = await explained(token, [...page, "--origins", "https://shop.example"]);
    expect(listed.allowed).toBe(true);
  });

  test("with several apps: the app, the key by its name, and whose key it was", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = publicKey.export({ type: "spki", format: "pem" });
    const config = join(folder, "natter.json");
    const apps = {
      shop: { keys: [{ kid: "2027", alg: "HS256", secret: SECRET }], origins: ["https://shop.example"] },
      club: { keys: [{ kid: "c", alg: "ES256", publicKey: pem }], origins: ["https://club.example"] },
    };
    await writeFile(config, JSON.stringify({ apps, memory: true }));
    const look = async (token: string, ...more: string[]): Promise<Explained> => {
      const args = ["explain", "--json", "--config", config, "--token", token, "--room", "lobby", ...more];
      const { out, err } = await natter(args);
      expect(err).toBe("");
      expect(out).not.toContain(SECRET);
      return JSON.parse(out) as Explained;
    };
    const shop = (header: object, claims: object): string => signed(header, claims, SECRET);
    expect(await look(shop({ kid: "2027" }, { aud: "shop" }))).toMatchObject({ allowed: true, app: "shop" });
    const unnamed = await look(shop({ kid: "2027" }, {}));
    expect(unnamed).toMatchObject({
      allowed: false,
      decidedBy: "app",
      advice: 'Set `aud` to that of one app: "shop", "club".',
    });
    const kid = await look(shop({ kid: "2026" }, { aud: "shop" }));
    expect(kid).toMatchObject({ decidedBy: "key" });
    expect(kid.because).toContain('HS256 kid "2027"');
    const foreign = jwt.sign({ sub: "ann", aud: "shop" }, privateKey, { algorithm: "ES256", expiresIn: 60 });
    expect(await look(foreign)).toMatchObject({ decidedBy: "key", advice: "Sign with HS256." });
    const club = jwt.sign({ sub: "ann", aud: "club" }, privateKey, { algorithm: "ES256", expiresIn: 60 });
    expect(await look(club)).toMatchObject({ allowed: true, app: "club" });
    expect(await look(club, "--origin", "https://shop.example")).toMatchObject({ decidedBy: "origin" });
    expect(await look(club, "--app", "shop")).toMatchObject({ decidedBy: "app" });
  });

  test("published keys that cannot be had", async () => {
    const server: Server = createServer((_, response) => response.writeHead(503).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const config = join(folder, "natter.json");
    const key = { alg: "RS256", jwksUrl: `http://127.0.0.1:${port}/jwks` };
    await writeFile(config, JSON.stringify({ keys: [key], memory: true }));
    const token = signed({ alg: "RS256", kid: "a" }, {}, SECRET);
    const { code, out } = await natter(["explain", "--config", config, "--token", token, "--room", "lobby"]);
    server.close();
    expect(code).toBe(1);
    expect(out).toMatch(/^> key .*status 503/m);
  });

  test("revocations are read where no relay runs, and nothing is left in the folder", async () => {
    const data = join(folder, "data");
    const relay = await createRelay({ data, secret: SECRET, port: 0 });
    const token = tokenFor("ann", { jti: "one" });
    const busy = await explained(token);
    expect(busy.allowed).toBe(true);
    expect(busy.findings.find(({ rule }) => rule === "revocation")).toMatchObject({ outcome: "unknown" });
    await relay.revoke({ token: "one" });
    await relay.close();
    const before = (await readdir(data)).toSorted();
    const witness = await readFile(join(data, "natter.witness"), "utf8");
    expect(await explained(token)).toMatchObject({ allowed: false, decidedBy: "revocation" });
    expect(await explained(tokenFor("ann", { jti: "two" }))).toMatchObject({ allowed: true });
    expect((await readdir(data)).toSorted()).toEqual(before);
    expect(await readFile(join(data, "natter.witness"), "utf8")).toBe(witness);
    const again = await createRelay({ data, secret: SECRET, port: 0 });
    await again.close();
  });

  test("makes no data folder where there is none", async () => {
    expect(await explained(tokenFor("ann"))).toMatchObject({ allowed: true });
    expect(await readdir(folder)).toEqual([]);
  });

  test("what a token says does nothing to the terminal", async () => {
    const token = signed(
      { kid: "\u001b[2J\u009b2J\u202e" },
      { sub: "a\u009bb", aud: "\u001b]0;x\u0007" },
      SECRET,
    );
    const { out, code } = await ask(token);
    expect(code).toBe(1);
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test.each<[string[], RegExp]>([
    [["explain"], /a token to look at: --token/],
    [["explain", "--token", "x"], /a room: --room/],
    [["explain", "--token", "x", "--room", "y", "--verb", "fly"], /--verb must be one of read, post/],
    [["explain", "--token", "x", "--room", "y", "z"], /one word too many/],
    [["explain", "--tokn", "x"], /no option --tokn\. Did you mean --token\?/],
    [["explain", "--token", "x", "--room", "y"], /needs a secret/],
  ])("%j is exit code 2", async (args, sentence) => {
    const { code, out, err } = await natter(args, { cwd: folder });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(sentence);
  });
});
