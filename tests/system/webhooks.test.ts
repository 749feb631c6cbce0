import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Receiver } from "../../relay/test/webhooks/receiver.ts";
import { RawClient, SECRET, tokenFor } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { until } from "../support/until.ts";

let folder = "";
let file = "";
let relay: RelayProcess;
let receiver: Receiver;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "natter-webhooks-"));
  file = join(folder, "natter.json");
  receiver = await new Receiver().open();
});

afterEach(async () => {
  await relay.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const webhook = (more: object = {}): object => ({
  url: receiver.url,
  secret: receiver.secret,
  events: ["message.created"],
  allowPrivate: true,
  ...more,
});

function write(...webhooks: object[]): void {
  writeFileSync(file, JSON.stringify({ secret: SECRET, webhooks }));
}

async function start(...webhooks: object[]): Promise<void> {
  write(...webhooks);
  relay = await RelayProcess.start({ args: ["--config", file], env: { NATTER_DRAIN: "100ms" } });
}

async function post(room: string, ...texts: string[]): Promise<void> {
  const client = await RawClient.open(relay.url);
  client.say({ type: "hello", token: tokenFor("ann") });
  await client.next("welcome");
  for (const text of texts) {
    const reply = await client.ask({ type: "post", room, id: `${room}-${text}`, text });
    expect(reply.type).toBe("ok");
  }
  await client.close();
}

/** What the metrics tell of the one webhook: its figures, some of them by outcome. */
async function webhookMetrics(): Promise<Record<string, number | Record<string, number>>> {
  const text = await (await fetch(`${relay.url}/metrics`)).text();
  const figures: Record<string, number | Record<string, number>> = {};
  for (const [, name = "", labels = "", value] of text.matchAll(/^natter_webhook_(\w+)\{(.*)\} (\S+)$/gm)) {
    const outcome = /outcome="(\w+)"/.exec(labels)?.[1];
    if (outcome === undefined) figures[name] = Number(value);
    else figures[name] = { ...(figures[name] as object), [outcome]: Number(value) };
  }
  expect(text).not.toContain("hook?key");
  return figures;
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `m${from + at}`);

describe("[WH2] nothing that was stored is left untold", () => {
  test("over a relay that is killed while its webhook is down, in order for each room", async () => {
    await start(webhook());
    await post("a", ...numbered(0, 3));
    await until(() => receiver.texts("a").length === 3, "the first three were told");
    await receiver.close();
    await post("a", ...numbered(3, 8));
    await post("b", ...numbered(0, 5));
    const figures = await webhookMetrics();
    expect(figures).toMatchObject({ attempts_total: { taken: 3 }, waiting: 10, failing: 1, dead: 0 });
    expect(figures["oldest_seconds"]).toBeGreaterThan(0);
    await relay.stop("SIGKILL");
    await receiver.open();
    await relay.restart();
    await until(() => receiver.texts("a").length === 8 && receiver.texts("b").length === 5, "all was told");
    expect(receiver.texts("a")).toEqual(numbered(0, 8));
    expect(receiver.texts("b")).toEqual(numbered(0, 5));
    expect(receiver.forged).toBe(0);
  });

  test("over a relay that is killed in the middle of telling, with an endpoint that fails, hangs and redirects", async () => {
    let requests = 0;
    receiver.answer = (response) => {
      requests++;
      if (requests % 7 === 3) response.writeHead(500).end();
      else if (requests % 11 === 5) response.writeHead(302, { location: receiver.url }).end();
      else if (requests % 13 !== 6) response.end();
    };
    await start(webhook({ timeout: "300ms" }));
    const posting = post("a", ...numbered(0, 30));
    await until(() => receiver.texts("a").length > 3, "some were told");
    await posting;
    await relay.restart("SIGKILL");
    receiver.answer = (response) => response.end();
    await until(() => receiver.texts("a").length === 30, "all was told");
    expect(receiver.texts("a")).toEqual(numbered(0, 30));
    // Whatever was repeated came under the same id, and none before its turn.
    const seqs = receiver.delivered.map(({ seq }) => seq ?? 0);
    let highest = 0;
    for (const seq of seqs) {
      expect(seq).toBeLessThanOrEqual(highest + 1);
      highest = Math.max(highest, seq);
    }
  });
});

test("[WH8] SIGHUP puts other webhooks in place", async () => {
  await start();
  await post("a", "untold");
  write(webhook());
  process.kill(relay.pid ?? 0, "SIGHUP");
  await until(() => relay.output.includes("The settings were read anew"), "the relay has read its settings");
  await post("a", "told");
  await until(() => receiver.texts().length === 1, "it was told");
  expect(receiver.texts()).toEqual(["told"]);
  write();
  const before = relay.output.length;
  process.kill(relay.pid ?? 0, "SIGHUP");
  await until(() => relay.output.slice(before).includes("read anew"), "the relay has read its settings");
  await post("a", "untold-again");
  await relay.stop();
  expect(receiver.texts()).toEqual(["told"]);
});

test("[WH7] a webhook decides about what is about to be said, over sockets and over HTTP", async () => {
  receiver.answer = (response, { body }) => {
    const { text } = body.data as { text?: string };
    if (text === "spam") response.end('{"reject":"No spam."}');
    else response.end(JSON.stringify({ text: `${text ?? ""}!` }));
  };
  await start(webhook({ events: [], ask: ["beforePost"] }));
  const client = await RawClient.open(relay.url);
  client.say({ type: "hello", token: tokenFor("ann") });
  await client.next("welcome");
  const spam = await client.request({ type: "post", room: "a", id: "1", text: "spam" });
  expect(spam).toMatchObject({ type: "error", code: "rejected", message: "No spam." });
  await client.close();
  const headers = { authorization: `Bearer ${tokenFor("ann")}`, "content-type": "application/json" };
  const url = `${relay.url}/v1/rooms/a/messages`;
  const say = (text: string): Promise<Response> =>
    fetch(url, { method: "POST", headers, body: JSON.stringify({ text }) });
  expect(await (await say("spam")).json()).toMatchObject({
    error: { code: "rejected", message: "No spam." },
  });
  expect((await say("ham")).status).toBe(201);
  const page = (await (await fetch(url, { headers })).json()) as { messages: { text: string }[] };
  expect(page.messages.map(({ text }) => text)).toEqual(["ham!"]);
  await receiver.close();
  expect((await say("ham")).status).toBe(503);
  expect(relay.output).not.toContain("ham");
  expect(receiver.forged).toBe(0);
});
