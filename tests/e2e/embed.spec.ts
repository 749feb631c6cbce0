import { readFileSync } from "node:fs";
import { markedBlocks } from "../docs/markdown.ts";
import { expect, freshRoom, mint, test } from "./room-page.ts";

const guide = readFileSync(new URL("../../docs/EMBEDDING.md", import.meta.url), "utf8");
const [snippet] = markedBlocks(guide, "page").filter(({ name }) => name === "embed");

/** The snippet as the guide has it, for a relay and a room of this test. */
function pasted(relay: string, room: string): string {
  const code = snippet?.code ?? "";
  expect(code).toContain("/embed/lobby?identity=parent");
  return code.replaceAll("https://relay.example", relay).replaceAll("/embed/lobby", `/embed/${room}`);
}

test("the snippet of the guide: a frame asks the page around it who the visitor is", async ({
  page,
  relay,
  site,
}) => {
  const room = freshRoom();
  site.token = { status: 200, body: await mint(relay, "ann", `${room}=member`) };
  await page.goto(site.page(relay.url, pasted(relay.url, room), { script: false }));
  const frame = page.frameLocator("iframe");
  await frame.getByRole("textbox").fill("Hello from a frame");
  await frame.getByRole("textbox").press("Enter");
  await expect(frame.getByText("Hello from a frame")).toBeVisible();
  const sizes = await frame.locator("chat-room").evaluate((element) => {
    const { width, height } = element.getBoundingClientRect();
    return { width, height, all: [innerWidth, innerHeight] };
  });
  expect([sizes.width, sizes.height]).toEqual(sizes.all);
  expect(
    page
      .frames()
      .map((each) => each.url())
      .join(" "),
  ).not.toContain(site.token.body);
});

test("a page of another site gets no frame", async ({ page, relay, site }) => {
  const body = `<iframe src="${relay.url}/embed/${freshRoom()}" title="Chat"></iframe>`;
  const refused = page.waitForEvent("console", (said) => said.text().includes("frame-ancestors"));
  // A relay in development lets pages of this machine frame it; a page without an origin is none of them.
  await page.goto(
    site.page(relay.url, body, {
      script: false,
      headers: { "content-security-policy": "sandbox allow-scripts" },
    }),
  );
  await refused;
  await expect(page.frameLocator("iframe").locator("chat-room")).toHaveCount(0);
});
