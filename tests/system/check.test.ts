import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRelay } from "@natter/relay";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SECRET } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { natter, type Ran } from "./cli-process.ts";

interface Verdict {
  grade: "OK" | "WARN" | "FAIL";
  about: string;
  found: string;
}

let folder = "";
const servers: Server[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "natter-check-"));
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true, force: true });
});

async function check(
  args: string[],
  env: Record<string, string> = {},
): Promise<Ran & { verdicts: Verdict[] }> {
  const ran = await natter(["check", "127.0.0.1:0", "--json", ...args], { env, cwd: folder });
  expect(ran.err).toBe("");
  expect(ran.out).not.toContain(SECRET);
  const verdicts = JSON.parse(ran.out) as Verdict[];
  expect(ran.code).toBe(verdicts.some(({ grade }) => grade === "FAIL") ? 1 : 0);
  return { ...ran, verdicts };
}

function about(verdicts: readonly Verdict[], what: string): string {
  return verdicts.flatMap((each) => (each.about === what ? [`${each.grade} ${each.found}`] : [])).join("\n");
}

async function serveJson(json: unknown, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((_, response) => response.writeHead(200, headers).end(JSON.stringify(json)));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}

async function configFile(config: object): Promise<string> {
  const path = join(folder, "natter.json");
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

describe("natter-relay check", () => {
  test("of good settings: lines for people, exit code 0, and nothing left behind", async () => {
    const env = { NATTER_SECRET: SECRET, NATTER_ORIGINS: "https://example.org" };
    const { code, out, err } = await natter(["check", "127.0.0.1:0", "--people", "10"], { env, cwd: folder });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^OK +settings +All are right; one app\.$/m);
    expect(out).toMatch(/^OK +address/m);
    expect(out).toMatch(/^OK +data folder .*will be made/m);
    expect(out).toMatch(/^A relay would run so/m);
    expect(await readdir(folder)).toEqual([]);
  });

  test("tells all that is wrong at once, each with its key, wherever it stands", async () => {
    const keys = [
      { alg: "HS256", secret: "short-and-private" },
      { alg: "HS256", secret: SECRET, kid: "a" },
      { alg: "RS256", publicKey: "no pem" },
    ];
    const path = await configFile({
      heartbeat: "never",
      maxTexts: 3,
      apps: {
        shop: {
          keys,
          origins: ["example.org"],
          limits: { maxRooms: 0, maxData: -1 },
          retention: { age: "x" },
        },
        club: {
          keys: [{ alg: "HS512" }, { alg: "HS256", kid: 3 }],
          webhooks: [{ url: "ftp://x" }],
          secrets: 1,
        },
        "a b": {},
      },
    });
    const args = ["--config", path, "--max-frame", "1"];
    const { verdicts, out } = await check(args, { NATTER_DRAIN: "soon", NATTER_MAX_ROOM: "3" });
    const faults = about(verdicts, "settings");
    for (const sentence of [
      /heartbeat/,
      /"maxTexts".*Did you mean maxText\?/,
      /App "shop", key 1: The secret has 17 bytes/,
      /App "shop", key 3: `publicKey` must be/,
      /App "shop": `origins`/,
      /App "shop", limits: `maxRooms`/,
      /App "shop", limits: `maxData`/,
      /App "shop": `retention\.age`/,
      /App "club", key 1: `alg` must be/,
      /App "club", key 2: `kid` must be/,
      /App "club", webhook 1/,
      /App "club" has an unknown setting "secrets"/,
      /app's id/i,
      /--max-frame must be/,
      /NATTER_DRAIN must be/,
      /NATTER_MAX_ROOM\. Did you mean NATTER_MAX_ROOMS\?/,
    ])
      expect(faults).toMatch(sentence);
    expect(faults.split("\n").every((line) => line.startsWith("FAIL "))).toBe(true);
    expect(new Set(faults.split("\n")).size).toBe(faults.split("\n").length);
    expect(out).not.toContain("short-and-private");
    expect(out).not.toContain("filler");
  });

  test("one fault is told once, and with no other that it does not have", async () => {
    const lines = async (args: string[], env: Record<string, string> = {}): Promise<string[]> =>
      about((await check(args, env)).verdicts, "settings").split("\n");
    expect(await lines([])).toEqual([expect.stringContaining("needs a secret")]);
    expect(await lines([], { NATTER_SECRET: "short" })).toEqual([expect.stringContaining("5 bytes")]);
    expect(await lines(["--dev=maybe"])).toEqual([expect.stringContaining("--dev must be on or off")]);
    const bad = await lines(["--max-rooms", "x"]);
    expect(bad).toHaveLength(2);
    expect(bad.join("\n")).toMatch(/--max-rooms must be[\s\S]*needs a secret/);
    const key = { alg: "HS256", secret: SECRET };
    const path = await configFile({ apps: { a: { keys: [key] }, b: { keys: [key] } } });
    expect(await lines(["--config", path])).toEqual([expect.stringContaining("have a key in common")]);
    await writeFile(path, "{");
    expect(await lines(["--config", path])).toEqual([expect.stringContaining("it is no JSON")]);
  });

  test("a port that is taken: by another program, or by a relay", async () => {
    const stranger = new URL(await serveJson({})).host;
    const env = { NATTER_SECRET: SECRET };
    const taken = await natter(["check", stranger, "--memory"], { env });
    expect(taken.code).toBe(1);
    expect(taken.out).toMatch(/^FAIL +address .*taken by another program/m);
    const relay = await RelayProcess.start({ args: [], env });
    const same = await natter(["check", new URL(relay.url).host, "--data", relay.data], { env });
    expect(same.out).toMatch(/^WARN +address .*A relay answers/m);
    expect(same.out).toMatch(/^OK +rooms .*relay that answers/m);
    expect(same.code).toBe(0);
    const other = await natter(["check", "127.0.0.1:0", "--data", relay.data], { env });
    expect(other.code).toBe(1);
    expect(other.out).toMatch(/^FAIL +rooms .*in use by another relay/m);
    await relay.close();
  });

  test("the data folder: rooms and schema of a good one, and what is wrong with others", async () => {
    const env = { NATTER_SECRET: SECRET };
    const data = join(folder, "data");
    const relay = await createRelay({ data, secret: SECRET, port: 0 });
    await relay.close();
    const before = await readdir(data);
    const good = (await check(["--data", data], env)).verdicts;
    expect(about(good, "rooms")).toMatch(/^OK 0 stored, schema \d+/);
    expect(about(good, "disk speed")).toMatch(/Writing and syncing took/);
    expect((await readdir(data)).toSorted()).toEqual(before.toSorted());
    await writeFile(
      join(data, "natter.db"),
      "this is no database, and long enough to be looked at ".repeat(9),
    );
    expect(about((await check(["--data", data], env)).verdicts, "rooms")).toMatch(/^FAIL .*damaged/);
    await writeFile(join(folder, "file"), "x");
    const file = await check(["--data", join(folder, "file")], env);
    expect(about(file.verdicts, "data folder")).toMatch(/^FAIL .*is a file/);
    const nowhere = await check(["--data", join(folder, "no", "where")], env);
    expect(about(nowhere.verdicts, "data folder")).toMatch(/^FAIL .*does not exist/);
  });

  test.skipIf(process.getuid?.() === 0)("a data folder that may not be written to", async () => {
    const data = join(folder, "locked");
    await mkdir(data, { mode: 0o500 });
    const { verdicts } = await check(["--data", data], { NATTER_SECRET: SECRET });
    expect(about(verdicts, "data folder")).toMatch(/^FAIL .*may not write/);
    await chmod(data, 0o700);
  });

  test("published keys are asked for, and another machine's clock is looked at", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = publicKey.export({ format: "jwk" });
    const good = await serveJson({ keys: [{ ...jwk, kid: "a" }, { ...jwk, kid: "b" }, { kty: "oct" }] });
    const empty = await serveJson({ keys: [] });
    const date = new Date(Date.now() + 90_000).toUTCString();
    const ahead = await serveJson({ keys: [{ ...jwk, kid: "a" }] }, { date });
    const keysOf = (jwksUrl: string): object => ({ keys: [{ alg: "RS256", jwksUrl }] });
    const apps = { a: keysOf(good), b: keysOf(empty), c: keysOf("http://127.0.0.1:1/"), d: keysOf(ahead) };
    const path = await configFile({ apps, memory: true });
    const { verdicts } = await check(["--config", path]);
    expect(about(verdicts, "keys of a")).toMatch(/^OK .* has 2 for RS256\.$/);
    expect(about(verdicts, "keys of b")).toMatch(/^FAIL .*no key that is fit/);
    expect(about(verdicts, "keys of c")).toMatch(/^FAIL .*is of no use/);
    expect(about(verdicts, "clock")).toMatch(/^WARN .*(8\d|90) seconds ahead/m);
  });

  test("hosts of webhooks are looked up", async () => {
    const webhooks = [{ url: "https://localhost/a", secret: `whsec_${btoa("x".repeat(32))}` }];
    const missing = [{ url: "https://nowhere.invalid/a", secret: `whsec_${btoa("x".repeat(32))}` }];
    const keys = (kid: string): object[] => [{ alg: "HS256", kid, secret: SECRET + kid }];
    const apps = { a: { keys: keys("1"), webhooks }, b: { keys: keys("2"), webhooks: missing } };
    const { verdicts } = await check(["--config", await configFile({ apps, memory: true })]);
    expect(about(verdicts, "webhook of a")).toMatch(/^OK localhost has the address/);
    expect(about(verdicts, "webhook of b")).toMatch(/^FAIL nowhere\.invalid has no address/);
  });

  test("people that do not fit, and settings that are right and hardly meant", async () => {
    const { verdicts, code } = await check([
      "--people",
      "9999999",
      "--memory",
      "--origins",
      "*",
      "--secret",
      SECRET,
      "--site",
      "/nowhere",
    ]);
    expect(code).toBe(1);
    expect(about(verdicts, "file descriptors")).toMatch(/^FAIL .*LimitNOFILE/);
    expect(about(verdicts, "memory")).toMatch(/^FAIL/);
    expect(about(verdicts, "memory only")).toMatch(/^WARN/);
    expect(about(verdicts, "origins")).toMatch(/^WARN .*every page/);
    expect(about(verdicts, "secret")).toMatch(/^WARN .*command line/);
    expect(about(verdicts, "site")).toMatch(/^FAIL/);
    const path = await configFile({ secret: SECRET, memory: true });
    await chmod(path, 0o644);
    expect(about((await check(["--config", path])).verdicts, "config file")).toMatch(/^WARN .*chmod 640/);
  });

  test.each<[string[], RegExp]>([
    [["--peeple", "3"], /no option --peeple\. Did you mean --people\?/],
    [["--people", "many"], /--people must be a whole number/],
    [["here"], /address must be host:port/],
  ])("%j is exit code 2", async (args, sentence) => {
    const { code, out, err } = await natter(["check", ...args], { cwd: folder });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(sentence);
  });
});
