import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type axe from "axe-core";
import { expect, test } from "../support/browser-test.ts";
import { openGallery, type Dress, type Gallery } from "./gallery-page.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules whose verdict depends on colours, and those of sizes; all others judge the same nodes in every look. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];
const OF_SIZES = ["target-size", "scrollable-region-focusable"];

// A trace of a hundred states costs more than all that is done with them.
test.use({ trace: "off" });
test.describe.configure({ timeout: 240_000 });

test("every state, light: nothing for axe to find, and nothing on the console", async ({ page }) => {
  const gallery = await openGallery(page, { colorScheme: "light" });
  expect(gallery.names.length).toBeGreaterThan(60);
  expect(await walk(gallery, { theme: "light" }, () => violations(page))).toEqual([]);
});

for (const look of [
  { name: "dark", media: { colorScheme: "dark" }, dress: { theme: "dark" } },
  { name: "in the system's own colours", media: { colorScheme: "dark", forcedColors: "active" }, dress: {} },
] as const) {
  test(`every state, ${look.name}: nothing for axe to find`, async ({ page }) => {
    const gallery = await openGallery(page, look.media);
    expect(await walk(gallery, look.dress, () => violations(page, OF_COLOURS))).toEqual([]);
  });
}

for (const dir of ["ltr", "rtl"] as const) {
  test(`every state, 360 px wide, ${dir}: all of it fits`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 720 });
    const gallery = await openGallery(page, { colorScheme: "light" });
    const look = async (): Promise<string[]> => [
      ...(await page.evaluate(whatSticksOut)),
      ...(dir === "rtl" ? await violations(page, OF_SIZES) : []),
    ];
    expect(await walk(gallery, { width: "360", dir }, look)).toEqual([]);
  });
}

/** Shows every state in turn, and gathers what is wrong with each. */
async function walk(gallery: Gallery, dress: Dress, look: () => Promise<string[]>): Promise<string[]> {
  const faults: string[] = [];
  for (const state of gallery.names) {
    await gallery.show({ ...dress, state });
    faults.push(...(await look()).map((fault) => `${state}: ${fault}`));
    faults.push(...gallery.complaints.splice(0).map((said) => `${state}: the console: ${said}`));
  }
  return faults;
}

/** What axe finds; it is brought into the page once, which is most of what it costs. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate(async (rules) => {
    const page = globalThis as unknown as { axe: typeof axe };
    const runOnly = rules && { type: "rule" as const, values: rules };
    return page.axe.run("#stage", {
      preload: false,
      resultTypes: ["violations"],
      ...(runOnly && { runOnly }),
    });
  }, rules);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join(" ");
      return `${id} at ${target.flat().join(" > ")}: ${why}`;
    }),
  );
}

/**
 * Runs in the page: what is wider than its room, or makes the page scroll sideways. What scrolls or is cut off
 * within a box of its own is the box's affair.
 */
function whatSticksOut(): string[] {
  const faults: string[] = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} px wide`);

  const nameOf = (element: Element): string =>
    `${element.localName}.${element.getAttribute("class") ?? ""}[${element.getAttribute("part") ?? ""}]`;
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.classList.contains("unseen");

  const enter = (place: ParentNode, left: number, right: number): void => {
    for (const element of place.children) {
      if (!isSeen(element) && getComputedStyle(element).display !== "contents") continue;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      // What opens above the page has the window for its room.
      const isAbove = element.matches(":popover-open");
      const [from, to] = isAbove ? [0, innerWidth] : [left, right];
      const isBox = style.display !== "contents" && style.display !== "inline" && box.width > 0;
      if (isBox && (box.left < from - 1 || box.right > to + 1))
        faults.push(`${nameOf(element)} from ${Math.round(box.left)} to ${Math.round(box.right)} px`);
      if (style.overflowX !== "visible" && style.overflowX !== "clip") {
        const mayScroll = element.localName === "pre" || style.overflowX === "hidden";
        if (!mayScroll && element.scrollWidth > element.clientWidth + 1)
          faults.push(`${nameOf(element)} scrolls sideways`);
        if (mayScroll) continue;
      }
      if (element.shadowRoot) enter(element.shadowRoot, from, to);
      else enter(element, from, to);
    }
  };
  for (const room of document.querySelectorAll("chat-room")) {
    const isInline = getComputedStyle(room).display !== "contents";
    const { left, right } = isInline ? room.getBoundingClientRect() : { left: 0, right: innerWidth };
    if (room.shadowRoot) enter(room.shadowRoot, left, right);
  }
  return faults;
}
