import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { TABLES, type Table } from "./generated.ts";

const DOCS = fileURLToPath(new URL("../../docs/", import.meta.url));
const BLOCK = /<!-- generated: (\S+) -->\n([\s\S]*?)<!-- \/generated -->/g;

// `UPDATE_DOCS=1 npx vitest run tests/docs/generated.test.ts`, then `npm run format`, writes the tables anew.
const isUpdating = process.env["UPDATE_DOCS"] !== undefined;

const blocks = readdirSync(DOCS)
  .filter((file) => file.endsWith(".md"))
  .flatMap((file) => {
    if (isUpdating) writeFileSync(DOCS + file, updated(readFileSync(DOCS + file, "utf8")));
    const page = readFileSync(DOCS + file, "utf8");
    return [...page.matchAll(BLOCK)].map(([, name = "", text = ""]) => ({ file, name, text }));
  });

test.each(blocks)("the table $name in docs/$file is what the code says", ({ name, text }) => {
  expect(rowsOf(text)).toEqual(made(name).map((row) => row.map((cell) => cell.trim())));
});

test("every table that can be made stands in a document", () => {
  expect(blocks.map(({ name }) => name).toSorted()).toEqual(Object.keys(TABLES).toSorted());
});

test.each(Object.keys(TABLES))("the table %s has rows, and no empty names", (name) => {
  const [, ...rows] = made(name);
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.filter((row) => row.at(-1) === "")).toEqual([]);
});

function made(name: string): Table {
  return TABLES[name]?.() ?? [];
}

function updated(page: string): string {
  return page.replaceAll(BLOCK, (_, name: string) => {
    const [heading = [], ...rows] = made(name);
    const lines = [heading, heading.map(() => "---"), ...rows].map(
      (row) => `| ${row.map(escaped).join(" | ")} |`,
    );
    return `<!-- generated: ${name} -->\n\n${lines.join("\n")}\n\n<!-- /generated -->`;
  });
}

function rowsOf(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|") && !/^\|[\s:|-]+\|$/.test(line));
  return lines.map((line) => {
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
  });
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
