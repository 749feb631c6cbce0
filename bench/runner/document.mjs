// The tables of a document, between two marks, as they were measured last.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const BEGIN = "<!-- measured -->";
const END = "<!-- /measured -->";

/** @typedef {{ name: string, title: string, table: string }} Section */

/**
 * Writes what was measured between the marks of a file, which is made if there is none.
 *
 * @param {string} file
 * @param {{ machine: string, sections: readonly Section[], goals: string }} measured
 */
export function writeTables(file, measured) {
  const before = existsSync(file) ? readFileSync(file, "utf8") : `${BEGIN}\n${END}\n`;
  writeFileSync(file, withTables(before, measured));
}

/**
 * @param {string} text
 * @param {{ machine: string, sections: readonly Section[], goals: string }} measured
 */
export function withTables(text, { machine, sections, goals }) {
  const from = text.indexOf(BEGIN);
  const until = text.indexOf(END);
  if (from === -1 || until < from)
    throw new Error(`There is no place for tables: ${BEGIN} … ${END} is missing.`);
  const tables = sections.map(({ name, title, table }) => `### ${name}: ${title}\n\n${table}`);
  const parts = [BEGIN, `${machine}.`, ...tables, "### Goals", goals, END];
  return text.slice(0, from) + parts.join("\n\n") + text.slice(until + END.length);
}
