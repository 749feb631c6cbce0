import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintToken, RelayApi } from "@natter/sdk/server";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser-test.ts";
import { Visitor } from "./room-page.ts";

const folder = mkdtempSync(join(tmpdir(), "natter-apps-"));
const config = join(folder, "natter.json");
const secretOf = (id: string): string => `a secret of ${id}, with more than thirty-two bytes`;
const app = (id: string): object => ({
  guests: "on",
  keys: [{ kid: "1", alg: "HS256", secret: secretOf(id) }],
});
writeFileSync(config, JSON.stringify({ memory: true, apps: { shop: app("shop"), club: app("club") } }));

test.use({ relayOptions: { args: ["--config", config] } });
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("[OPS10] an operator of two apps brings a token for each, and sees one app at a time", async ({
  page,
  relay,
}) => {
  const tokenOf = (id: string): Promise<string> =>
    mintToken({ sub: `${id}-op`, aud: id, rooms: { "*": "admin" }, expiresIn: "10m" }, secretOf(id), {
      kid: "1",
    });
  for (const id of ["shop", "club"]) {
    await new RelayApi({ relay: relay.url, token: await tokenOf(id) }).post(`room of the ${id}`, "hello");
  }
  const signIn = async (id: string): Promise<void> => {
    const field = page.getByLabel("Admin token");
    await expect(field).toBeFocused();
    await page.keyboard.insertText(await tokenOf(id));
    await page.keyboard.press("Enter");
  };
  await page.goto(`${relay.url}/admin`);
  await signIn("shop");
  await expect(page.getByRole("link", { name: "room of the shop" })).toBeVisible();
  await expect(page.getByRole("link", { name: "room of the club" })).toHaveCount(0);
  await page.getByRole("button", { name: "Add an app" }).click();
  await signIn("club");
  await expect(page.getByRole("link", { name: "room of the club" })).toBeVisible();
  await expect(page.getByRole("link", { name: "room of the shop" })).toHaveCount(0);
  await page.getByRole("combobox", { name: "App" }).selectOption("shop");
  await expect(page.getByRole("link", { name: "room of the shop" })).toBeVisible();
  await page.getByRole("link", { name: "App", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "App shop" })).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "App club" })).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("Admin token")).toBeFocused();
});

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
