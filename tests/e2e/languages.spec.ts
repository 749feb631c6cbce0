import { ar } from "../../widget/src/strings/ar.ts";
import { en } from "../../widget/src/strings/en.ts";
import { ko } from "../../widget/src/strings/ko.ts";
import { expect, freshRoom, strictPolicy, test } from "./room-page.ts";

const FILE = /\/v[\d.]+\/strings\/ko\.js$/;

function room(): string {
  return `<chat-room room="${freshRoom()}"></chat-room>`;
}

test("a Korean page has a Korean room, with the two lines and under a strict policy", async ({
  page,
  relay,
  visit,
}) => {
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  const fetched = page.waitForResponse(FILE);
  await visit(page, room(), {
    lang: "ko-KR",
    headers: { "content-security-policy": strictPolicy(relay.url) },
  });
  await expect(page.getByPlaceholder(ko.placeholder)).toBeVisible();
  await expect(page.getByText(ko.noMessages).filter({ visible: true })).toBeVisible();
  await expect(page.getByRole("button", { name: ko.send })).toBeVisible();
  expect(said).toEqual([]);

  const file = await fetched;
  expect(file.headers()["cache-control"]).toContain("immutable");
  expect(file.headers()["content-encoding"]).toBe("br");
});

test("an Arabic page has an Arabic room that runs from right to left", async ({ page, visit }) => {
  await visit(page, room(), { lang: 'ar" dir="rtl' });
  const input = page.getByPlaceholder(ar.placeholder);
  const send = page.getByRole("button", { name: ar.send });
  await expect(page.getByText(ar.noMessages).filter({ visible: true })).toBeVisible();
  const [inputBox, sendBox] = [await input.boundingBox(), await send.boundingBox()];
  expect(sendBox?.x).toBeLessThan(inputBox?.x ?? 0);
});

test("no English is shown for the moment that another language takes to come", async ({ page, visit }) => {
  await page.addInitScript(() => {
    const seen = ((window as unknown as { seen: string[] }).seen = []) as (string | null | undefined)[];
    const look = (): void => {
      const composer = document.querySelector("chat-room")?.shadowRoot?.querySelector("chat-composer");
      const input = composer?.shadowRoot?.querySelector("textarea");
      if (input) seen.push(input.getAttribute("placeholder"));
      requestAnimationFrame(look);
    };
    look();
  });
  // Long enough to be seen, and much less than anybody waits.
  await page.route(FILE, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    await route.continue();
  });
  await visit(page, room(), { lang: "ko" });
  await expect(page.getByPlaceholder(ko.placeholder)).toBeVisible();
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect([...new Set(seen)]).toEqual(["", ko.placeholder]);
});

test("a language that cannot be had leaves the room in English, and says why", async ({ page, visit }) => {
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await page.route(FILE, (route) => route.abort());
  await visit(page, room(), { lang: "ko" });
  await expect(page.getByPlaceholder(en.placeholder)).toBeVisible();
  await expect.poll(() => said.join("\n")).toMatch(/strings\/ko\.js could not be loaded/);
});

test("words follow when a page changes its language, and an English page fetches none", async ({
  page,
  visit,
}) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(request.url()));
  await visit(page, room(), { lang: "en-GB" });
  await expect(page.getByPlaceholder(en.placeholder)).toBeVisible();
  expect(fetched.filter((url) => url.includes("/strings/"))).toEqual([]);
  await page.evaluate(() => document.documentElement.setAttribute("lang", "ko"));
  await expect(page.getByPlaceholder(ko.placeholder)).toBeVisible();
});
