import { createServer, type AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { expect, freshRoom, mint, test } from "./room-page.ts";

/** A site that is not the owner's machine: a name, which playwright.config.ts tells the browser to find here. */
const ABROAD = "chat.example";
const SECRET = "a-secret-that-is-long-enough-for-the-tests";

test.describe.configure({ timeout: 60_000 });

/** What the element says to the owner of the page. */
function listen(page: Page): string[] {
  const said: string[] = [];
  page.on("console", (message) => {
    if (message.text().startsWith("<chat-room>")) said.push(message.text());
  });
  return said;
}

const CALM = /not available right now|No connection|signed out/;

interface Case {
  what: string;
  /** The tag, for the relay at an address. */
  tag(relay: string): string;
  headers?(relay: string): Record<string, string>;
  /** What the owner reads. */
  note: RegExp;
}

const CASES: Case[] = [
  {
    what: "a token that is none",
    tag: () => `<chat-room room="${freshRoom()}" token="not.a.token"></chat-room>`,
    note: /^<chat-room> \(refused\): .*token/i,
  },
  {
    what: "a room whose name is none",
    tag: () => `<chat-room room=" lobby\u202E"></chat-room>`,
    note: /^<chat-room> \(removed\): .+/,
  },
  {
    what: "no room",
    tag: () => "<chat-room></chat-room>",
    note: /\(no-room\): The attribute "room" is missing/,
  },
  {
    what: "a relay that is none",
    tag: () => `<chat-room room="lobby" relay="gopher://relay.example"></chat-room>`,
    note: /\(failed\): .*no address of a relay/,
  },
  {
    what: "a relay that does not answer",
    tag: () => `<chat-room room="lobby" relay="http://127.0.0.1:${nobodysPort}"></chat-room>`,
    note: /\(unreachable\): Nothing answers at http:\/\/127\.0\.0\.1:\d+\. Does the relay run/,
  },
  {
    what: "a policy that keeps it from its relay",
    tag: () => `<chat-room room="lobby"></chat-room>`,
    headers: (relay) => ({ "content-security-policy": `default-src 'none'; script-src ${relay}` }),
    note: /\(csp\): .*Content-Security-Policy.*connect-src http:\/\/127\.0\.0\.1:\d+ ws:\/\/127\.0\.0\.1:\d+/,
  },
  {
    what: "a policy that allows the relay's calls and not its line",
    tag: () => `<chat-room room="lobby"></chat-room>`,
    headers: (relay) => ({
      "content-security-policy": `default-src 'none'; script-src ${relay}; connect-src ${relay}`,
    }),
    note: /\(csp\): .*Content-Security-Policy/,
  },
];

let nobodysPort = 0;
test.beforeAll(async () => {
  // A port that was free a moment ago, and that nobody is given twice in a row.
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  nobodysPort = (server.address() as AddressInfo).port;
  await new Promise((done) => server.close(done));
});

for (const { what, tag, headers, note } of CASES) {
  test(`an owner with ${what} is told so, on the own machine in the element too`, async ({
    page,
    relay,
    visit,
  }) => {
    const said = listen(page);
    await visit(page, tag(relay.url), { headers: headers?.(relay.url) ?? {} });
    await expect.poll(() => said, { timeout: 20_000 }).toEqual([expect.stringMatching(note)]);
    const [line = ""] = said;
    const sentence = line.slice(line.indexOf("): ") + 3);
    await expect(page.locator("chat-room").getByText(sentence)).toBeVisible();
    await expect(page.getByText(CALM).first()).toBeVisible();
  });
}

test.describe("a relay that knows another site only", () => {
  const args = ["--memory", "--guests", "on", "--origins", "https://site.example", "--secret", SECRET];
  test.use({ relayOptions: { args } });

  test("its guests' owner is told which origin to add", async ({ page, site, visit }) => {
    const said = listen(page);
    await visit(page, `<chat-room room="lobby"></chat-room>`);
    const note = `<chat-room> (origin): The relay does not know this site: add ${site.url} to its --origins.`;
    await expect.poll(() => said, { timeout: 20_000 }).toEqual([note]);
    await expect(page.locator("chat-room").getByText(`add ${site.url} to its --origins`)).toBeVisible();
  });

  test("its members' owner is told by the relay", async ({ page, site, visit }) => {
    const said = listen(page);
    await visit(page, `<chat-room room="lobby" token="any.token.atall"></chat-room>`);
    await expect.poll(() => said).toEqual([expect.stringContaining(`Origin ${site.url} is not allowed`)]);
    await expect(page.locator("chat-room").getByText(`Origin ${site.url} is not allowed`)).toBeVisible();
  });
});

test.describe("on a site of the public", () => {
  test.use({ relayOptions: { args: ["--dev", "--memory", "--origins", "*"] } });

  test("visitors read something calm, and nothing of what the owner has to do", async ({
    page,
    relay,
    site,
  }) => {
    const said = listen(page);
    const body = `<chat-room room="${freshRoom()}" token="not.a.token"></chat-room><chat-room room=""></chat-room>`;
    const address = new URL(site.page(relay.url, body));
    address.hostname = ABROAD;
    await page.goto(address.href);
    await expect.poll(() => said.length).toBe(2);
    await expect(page.getByText("You are signed out of this chat.")).toBeVisible();
    await expect(page.getByText("The chat is not available right now.")).toBeVisible();
    for (const line of said) await expect(page.getByText(line.slice(line.indexOf("): ") + 3))).toHaveCount(0);
  });

  test("a visitor whom a moderator took out is no matter of the owner's", async ({ page, relay, visit }) => {
    const said = listen(page);
    const name = freshRoom();
    const token = await mint(relay, "bo", `${name}=moderator`);
    await visit(page, `<chat-room room="${name}" token="${token}"></chat-room>`);
    await page.getByRole("textbox").waitFor();
    await page.evaluate(async () => {
      const room = document.querySelector("chat-room")?.roomHandle as
        { moderate(action: string, user: string, options: object): Promise<unknown> } | undefined;
      await room?.moderate("kick", "bo", { reason: "Enough." }).catch(() => {});
    });
    await expect(page.getByText("Enough.")).toBeVisible();
    expect(said).toEqual([]);
  });
});
