import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RawClient, signed } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { until } from "../support/until.ts";

const OLD = "the old secret of the shop, of more than thirty-two bytes";
const NEW = "the new secret of the shop, of more than thirty-two bytes";

let folder = "";
let file = "";
let relay: RelayProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "natter-reload-"));
  file = join(folder, "natter.json");
});

afterEach(async () => {
  await relay.close();
  rmSync(folder, { recursive: true });
});

const key = (kid: string, secret: string): object => ({ kid, alg: "HS256", secret });

function write(config: object | string): void {
  writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
}

async function start(config: object): Promise<void> {
  write(config);
  relay = await RelayProcess.start({ args: ["--memory", "--config", file], env: { NATTER_DRAIN: "100ms" } });
}

/** Has the relay read its file anew, and waits until it has said what it thinks of it. */
async function reload(config: object | string): Promise<string> {
  write(config);
  const before = relay.output.length;
  process.kill(relay.pid ?? 0, "SIGHUP");
  await until(() => /The settings [^"]+/.test(relay.output.slice(before)), "the relay has read its settings");
  return relay.output.slice(before);
}

const token = (kid: string, secret: string, claims: object = {}): string =>
  signed({ kid }, { aud: "shop", ...claims }, secret);

async function enter(given: string): Promise<RawClient> {
  const client = await RawClient.open(relay.url);
  client.say({ type: "hello", token: given });
  return client;
}

async function welcomed(given: string): Promise<RawClient> {
  const client = await enter(given);
  await client.next("welcome");
  return client;
}

describe("[OPS9] on SIGHUP a relay reads its configuration anew", () => {
  test("[AU-15] and holds to the new keys, without losing a connection whose key is left", async () => {
    await start({ apps: { shop: { keys: [key("old", OLD)] } } });
    const early = await welcomed(token("old", OLD));
    await reload({ apps: { shop: { keys: [key("old", OLD), key("new", NEW)] } } });
    const late = await welcomed(token("new", NEW));
    await early.ask({ type: "join", room: "lobby" });
    await reload({ apps: { shop: { keys: [key("new", NEW)] } } });
    expect(await early.closed).toMatchObject({ code: 4401 });
    await late.ask({ type: "join", room: "lobby" });
    expect(await (await enter(token("old", OLD))).closed).toMatchObject({ code: 4401 });
    await (await welcomed(token("new", NEW))).close();
    await late.close();
  });

  test.each<[string, object | string, RegExp]>([
    ["no JSON", '{"apps": ', /it is no JSON/],
    [
      "an unknown setting",
      { apps: { shop: { keys: [key("old", OLD)], orgins: [] } } },
      /Did you mean origins/,
    ],
    ["a bad key", { apps: { shop: { keys: [key("old", "short")] } } }, /has 5 bytes/],
    [
      "one bad app among good ones",
      { apps: { shop: { keys: [key("old", OLD)] }, club: { keys: [] } } },
      /App \\"club\\" has no `keys`/,
    ],
  ])("and refuses one that is wrong, whole: %s", async (_, config, why) => {
    await start({ apps: { shop: { keys: [key("old", OLD)], limits: { maxRooms: 1 } } } });
    const ann = await welcomed(token("old", OLD));
    const said = await reload(config);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(said).toMatch(/The settings stay as they were/);
    expect(said).toMatch(why);
    expect(said).not.toContain("secret of the shop");
    await ann.ask({ type: "join", room: "lobby" });
    expect(await ann.request({ type: "join", room: "garden" })).toMatchObject({ code: "too-many-rooms" });
    await (await welcomed(token("old", OLD))).close();
    await ann.close();
  });

  test("adds and removes apps, and names what only a restart changes", async () => {
    const shop = { keys: [key("old", OLD)] };
    const club = { keys: [key("1", NEW)] };
    await start({ apps: { shop } });
    const inShop = await welcomed(token("old", OLD));
    await reload({ heartbeat: "10s", apps: { shop, club } });
    await until(() => relay.output.includes("Only a restart changes heartbeat."), "that was said");
    const inClub = await welcomed(token("1", NEW, { aud: "club" }));
    await reload({ apps: { shop } });
    expect(await inClub.closed).toMatchObject({ code: 4403 });
    await inShop.ask({ type: "join", room: "lobby" });
    await inShop.close();
  });

  test("and so a page is let in whose origin was added", async () => {
    const shop = { keys: [key("old", OLD)] };
    await start({ apps: { shop } });
    const page = (): Promise<RawClient> =>
      RawClient.open(relay.url, { headers: { origin: "https://shop.example" } });
    expect(await (await page()).closed).toMatchObject({ code: 4403 });
    expect(relay.output).toContain("Origin https://shop.example is not allowed");
    await reload({ apps: { shop: { ...shop, origins: ["https://shop.example"] } } });
    const client = await page();
    client.say({ type: "hello", token: token("old", OLD) });
    await client.next("welcome");
    await client.close();
  });
});
