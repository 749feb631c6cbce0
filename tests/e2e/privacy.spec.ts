import { expect, test } from "../support/browser-test.ts";

test("a page with a room asks nobody but its own relay, and complains about nothing", async ({
  page,
  relay,
}) => {
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith("http") && host !== new URL(relay.url).host) elsewhere.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));

  await page.goto("/");
  await page.waitForFunction(() => customElements.get("chat-room") !== undefined);
  await page.waitForLoadState("networkidle");

  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
});
