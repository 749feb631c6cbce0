import type { Page } from "@playwright/test";
import { expect, type Visitor } from "./room-page.ts";

/** What can be read of one message; a part that it has not is an empty text. */
export interface Line {
  /** The author, by the name that others read. */
  by: string;
  /** ISO 8601. */
  at: string;
  /** With the mark of an edited message, or the words that stand in the place of a deleted one. */
  text: string;
  /** The name and the text of the message that it answers. */
  quote: string;
  reactions: string;
  /** What is said of a message that is not stored. */
  fate: string;
}

/**
 * Every message on a visitor's screen, from the room's first to its last; fetches older pages as a reader does.
 *
 * @param name What others read where this visitor reads "You".
 */
export async function screenOf({ page, log, messages }: Visitor, name: string): Promise<Line[]> {
  const beginning = page.getByText("This is where the conversation begins.");
  await expect(async () => {
    if (await beginning.isVisible()) return;
    await log.evaluate((scroller) => scroller.scrollTo(0, 0));
    await expect(beginning).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  const lines = await messages.evaluateAll((articles) => {
    const read = (article: Element, part: string): string =>
      [...article.querySelectorAll<HTMLElement>(`[part~="${part}"]`)]
        .map((found) => (found.ariaLabel ?? found.innerText).trim().replace(/\s+/g, " "))
        .join(", ");
    return articles.map((article) => ({
      by: read(article, "author"),
      at: article.querySelector("time")?.dateTime ?? "",
      text: read(article, "text"),
      quote: read(article, "quote"),
      reactions: read(article, "reaction"),
      fate: read(article, "pending") + read(article, "failed"),
    }));
  });
  return lines.map((line) => (line.by === "You" ? { ...line, by: name } : line));
}

/** Notes what a page says aloud from now on; ask what it returns for what that was. */
export async function hear(page: Page): Promise<() => Promise<string[]>> {
  const heard = await page.locator("#natter-announcer").evaluateHandle((region) => {
    const said: string[] = [];
    const note = (): void => void (region.textContent && said.push(region.textContent));
    new MutationObserver(note).observe(region, { childList: true });
    return said;
  });
  return () => heard.jsonValue();
}

/** All that a page holds, seen or not: its source with every shadow root, what is being written, its storages. */
export async function everythingIn(page: Page): Promise<string> {
  return page.evaluate(() => {
    const shadowRoots: ShadowRoot[] = [];
    const enter = (place: ParentNode): void => {
      for (const { shadowRoot } of place.querySelectorAll("*")) {
        if (!shadowRoot) continue;
        shadowRoots.push(shadowRoot);
        enter(shadowRoot);
      }
    };
    enter(document);
    const boxes = shadowRoots.flatMap((root) => [...root.querySelectorAll("textarea")]);
    const written = boxes.map(({ value }) => value);
    const kept = JSON.stringify([{ ...localStorage }, { ...sessionStorage }]);
    return [document.documentElement.getHTML({ shadowRoots }), ...written, kept].join("\n");
  });
}
