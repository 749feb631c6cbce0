import type { Page } from "@playwright/test";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { expect, freshRoom, mint, test as base, type Visitor } from "./room-page.ts";
import { screenOf, type Line } from "./screen.ts";

/** How many messages the past has besides those that matter: more than the newest page holds. */
const FILLING = 50;

/** Three people in one room with a past: Ann and Bo write, the third may only read. */
export class Company {
  readonly ann: Visitor;
  readonly bo: Visitor;
  readonly reader: Visitor;
  /** What all of Bo's connections to the relay run through, and nobody else's. */
  readonly line: TcpProxy;

  constructor(ann: Visitor, bo: Visitor, reader: Visitor, line: TcpProxy) {
    this.ann = ann;
    this.bo = bo;
    this.reader = reader;
    this.line = line;
  }

  get pages(): Page[] {
    return [this.ann, this.bo, this.reader].map(({ page }) => page);
  }

  /** Takes Bo's network away; his connection is dead and not only unused. */
  async loseBo(): Promise<void> {
    await this.bo.page.context().setOffline(true);
    this.line.refuse();
    this.line.reset();
    await expect(this.bo.page.getByText("You are offline.")).toBeVisible();
    await expect.poll(() => this.line.connections.length).toBe(0);
  }

  /** Gives it back. */
  async findBo(): Promise<void> {
    this.line.refuse(false);
    await this.bo.page.context().setOffline(false);
  }

  /** What stands on all three screens, once it is the same on each and nothing is on its way. */
  async agreed(): Promise<Line[]> {
    let lines: Line[] = [];
    await expect(async () => {
      lines = await screenOf(this.ann, "Ann");
      expect(lines.filter(({ fate }) => fate !== "")).toEqual([]);
      expect(await screenOf(this.bo, "Bo")).toEqual(lines);
      expect(await screenOf(this.reader, "Reader")).toEqual(lines);
    }).toPass({ timeout: 60_000 });
    for (const page of this.pages) await expect(page.getByText("Some messages may be missing")).toBeHidden();
    return lines;
  }

  async reload(): Promise<void> {
    await Promise.all(this.pages.map((page) => page.reload()));
  }
}

/** The test of a website with a room, with three people in it. */
export const test = base.extend<{ company: Company }>({
  company: [
    async ({ browser, relay, visit }, use) => {
      const room = freshRoom();
      const { hostname: host, port } = new URL(relay.url);
      const line = await TcpProxy.start({ host, port: Number(port) });
      const come = async (attributes: string): Promise<Visitor> => {
        const context = await browser.newContext();
        return visit(await context.newPage(), `<chat-room room="${room}" ${attributes}></chat-room>`);
      };
      const ann = await come("");
      const bo = await come(`relay="http://${line.host}:${line.port}"`);
      await talk(ann, bo);
      const reader = await come(`token="${await mint(relay, "reader", `${room}=reader`)}"`);
      const company = new Company(ann, bo, reader, line);
      await company.agreed();
      await use(company);
      for (const page of company.pages) await page.context().close();
      await line.close();
    },
    // Besides the test's own time: a past takes a while to write.
    { timeout: 120_000 },
  ],
});

async function talk(ann: Visitor, bo: Visitor): Promise<void> {
  await ann.says("Good morning", "Ann");
  await bo.says("Morning, Ann", "Bo");
  await bo.page.evaluate(async (count) => {
    const room = document.querySelector("chat-room")?.roomHandle;
    for (let n = 1; n < count; n++) void room?.post(`Counting ${n}.`);
    // Sent after all the others.
    await room?.post(`Counting ${count}.`);
  }, FILLING);
  await ann.says("The ferry leaves at nine");
  await ann.says("My number is 555 0100");
  await answer(bo, "My number is 555 0100", "Saved it");
  await bo.says("Which jetty is it?");
}

/** Answers the message of that text. */
export async function answer({ page, text }: Visitor, to: string, saying: string): Promise<void> {
  await pick(page, to, "Reply");
  await text.fill(saying);
  await text.press("Enter");
}

/** Gives the visitor's own message another text. */
export async function edit({ page, text }: Visitor, from: string, to: string): Promise<void> {
  await pick(page, from, "Edit");
  await text.fill(to);
  await text.press("Enter");
  await expect(page.getByRole("article", { name: to })).toBeVisible();
}

/** Deletes the visitor's own message. */
export async function remove({ page }: Visitor, text: string): Promise<void> {
  const message = await pick(page, text, "Delete");
  await message.getByRole("group").getByRole("button", { name: "Delete" }).click();
  await expect(message).toHaveCount(0);
}

export async function react({ page }: Visitor, text: string, emoji: string): Promise<void> {
  const message = await pick(page, text, "React");
  await message.getByRole("button", { name: emoji }).click();
}

async function pick(page: Page, text: string, tool: string): Promise<ReturnType<Page["getByRole"]>> {
  const message = page.getByRole("article", { name: text });
  await message.hover();
  await message.getByRole("button", { name: tool, exact: true }).click();
  return message;
}

export { expect } from "./room-page.ts";
