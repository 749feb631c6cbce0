import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const pages = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

test.each(pages)("the links of %s lead somewhere", (page) => {
  const lost = linksOf(proseOf(page)).filter((link) => !leadsSomewhere(page, link));
  expect(lost).toEqual([]);
});

test("every file that ARCHITECTURE.md names is there", () => {
  const named = [...proseOf("ARCHITECTURE.md").matchAll(/`((?:sdk|relay|widget|demo|tests)\/[\w./-]+)`/g)];
  expect(named.length).toBeGreaterThan(20);
  expect(named.map(([, path = ""]) => path).filter((path) => !existsSync(ROOT + path))).toEqual([]);
});

/** A page without its fenced blocks. */
function proseOf(page: string): string {
  return readFileSync(ROOT + page, "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
}

/** Where a page's links lead, pictures left out. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

function leadsSomewhere(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return true;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(ROOT + target)) return false;
  return anchor === undefined || anchorsOf(proseOf(target)).has(anchor);
}

/** The anchors that a page's headings get, and those it sets itself. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  const own = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id);
  return new Set([...headings, ...own]);
}

function anchorOf(heading: string): string {
  const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "");
  return plain.trim().replaceAll(" ", "-");
}
