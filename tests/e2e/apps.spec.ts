import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser-test.ts";
import { Visitor } from "./room-page.ts";

const folder = mkdtempSync(join(tmpdir(), "natter-apps-"));
const config = join(folder, "natter.json");
const app = (id: string): object => ({
  guests: "on",
  keys: [{ kid: "1", alg: "HS256", secret: `a secret of ${id}, with more than thirty-two bytes` }],
});
writeFileSync(config, JSON.stringify({ memory: true, apps: { shop: app("shop"), club: app("club") } }));

test.use({ relayOptions: { args: ["--config", config] } });
test.afterAll(() => rmSync(folder, { recursive: true }));

const texts = (page: Page): Promise<string[]> => page.getByRole("article").allInnerTexts();

test("[P7] a room's page is of the app that its address names, and so is who speaks there", async ({
  browser,
  relay,
}) => {
  const come = async (address: string): Promise<Visitor> => {
    const visitor = new Visitor(await (await browser.newContext()).newPage());
    await visitor.page.goto(relay.url + address);
    await visitor.text.waitFor();
    return visitor;
  };
  const [ann, bo, cy] = [
    await come("/r/lobby?app=shop"),
    await come("/embed/lobby?app=club"),
    await come("/r/lobby?app=shop"),
  ];
  await ann.says("said in the shop", "Ann");
  await bo.says("said in the club", "Bo");
  await expect(cy.messages).toHaveText(/said in the shop/);
  expect((await texts(bo.page)).join()).not.toContain("shop");
  await bo.page.reload();
  await expect(bo.messages).toHaveText(/said in the club/);

  // The page changes its mind.
  await cy.page.locator("chat-room").evaluate((room) => room.setAttribute("app", "club"));
  await expect(cy.messages).toHaveText(/said in the club/);
});
