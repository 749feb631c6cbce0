import type { Page } from "@playwright/test";
import { expect, test as base } from "@playwright/test";
import { findNginx } from "../support/nginx.mjs";
import { NginxProcess } from "../support/nginx-process.ts";
import { findRedis, RedisServer } from "../support/redis-server.ts";
import { SECRET } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { Visitor } from "./room-page.ts";

interface Fixtures {
  relays: RelayProcess[];
  nginx: NginxProcess;
}

const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures wanted from the pattern
  relays: async ({}, use) => {
    const redis = await RedisServer.start();
    const options = {
      args: [
        "--redis",
        redis.url,
        "--guests",
        "on",
        "--default-role",
        "member",
        "--trusted-proxies",
        "loopback",
      ],
      env: { NATTER_SECRET: SECRET },
      hasData: false,
    };
    const relays = await Promise.all([RelayProcess.start(options), RelayProcess.start(options)]);
    await use(relays);
    for (const relay of relays) await relay.close();
    await redis.close();
  },
  nginx: async ({ relays }, use) => {
    const nginx = await NginxProcess.start({ relays: relays.map(({ url }) => url) });
    await use(nginx);
    await nginx.close();
  },
});

/** Connections that a relay holds; 0 if it does not run. */
async function connectionsOf(relay: RelayProcess): Promise<number> {
  const answer = await fetch(`${relay.url}/metrics`).catch(() => undefined);
  const text = (await answer?.text()) ?? "";
  return Number(/^natter_connections\S* (\d+)/m.exec(text)?.[1] ?? 0);
}

test.skip(findNginx() === undefined || findRedis() === undefined, "needs nginx and Redis");

test("two people on two relays behind nginx talk, and the end of one relay is a short pause", async ({
  browser,
  nginx,
  relays,
}) => {
  const pages: Page[] = [];
  for (let each = 0; each < 2; each++) {
    const page = await (await browser.newContext()).newPage();
    pages.push(page);
    await page.goto(`${nginx.url}/r/lobby`);
  }
  const [ann, bo] = pages.map((page) => new Visitor(page)) as [Visitor, Visitor];
  for (const { text } of [ann, bo]) await expect(text).toBeVisible();
  const counts = (): Promise<number[]> => Promise.all(relays.map(connectionsOf));
  // Which relay a page comes to is for nginx to say: until they are at different ones, one comes anew.
  await expect(async () => {
    if ((await counts()).includes(0)) await bo.page.reload();
    await expect(bo.text).toBeVisible();
    await expect.poll(counts, { timeout: 2000 }).toEqual([1, 1]);
  }).toPass();

  await ann.says("Hello from one relay", "Ann");
  await expect(bo.page.getByText("Hello from one relay")).toBeVisible();
  await bo.says("Hello from the other", "Bo");
  await expect(ann.page.getByText("Hello from the other")).toBeVisible();

  await relays[0]?.stop("SIGKILL");
  await ann.says("Are you still there?");
  await bo.says("As if nothing had been");
  for (const page of pages) {
    await expect(page.getByText("Are you still there?")).toBeVisible({ timeout: 15_000 });
    await expect(page.getByText("As if nothing had been")).toBeVisible({ timeout: 15_000 });
    await expect(page.getByText(/missing|not sent/i)).toBeHidden();
  }
  await expect.poll(counts).toEqual([0, 2]);
  for (const page of pages) await page.context().close();
});
