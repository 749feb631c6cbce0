// The tables of a document, between two marks, as they were measured last.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** @typedef {{ name: string, title: string, table: string }} Section */

/**
 * Writes what was measured between the marks of a file, which is made if there is none.
 *
 * @param {string} file
 * @param {{ machine: string, sections: readonly Section[], goals: string }} measured
 */
export function writeTables(file, measured) {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "<!-- measured -->\n<!-- /measured -->\n";
  writeFileSync(file, withTables(before, measured));
}

/**
 * @param {string} text
 * @param {{ machine: string, sections: readonly Section[], goals: string }} measured
 */
export function withTables(text, { machine, sections, goals }) {
  const tables = sections.map(({ name, title, table }) => `### ${name}: ${title}\n\n${table}`);
  return between(text, "measured", [`${machine}.`, ...tables, "### Goals", goals]);
}

/**
 * Writes paragraphs between two marks of a file that has them: `<!-- mark -->` and `<!-- /mark -->`.
 *
 * @param {string} file
 * @param {string} mark
 * @param {readonly string[]} paragraphs
 */
export function writeBetween(file, mark, paragraphs) {
  writeFileSync(file, between(readFileSync(file, "utf8"), mark, paragraphs));
}

/** @param {string} text @param {string} mark @param {readonly string[]} paragraphs */
function between(text, mark, paragraphs) {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const from = text.indexOf(begin);
  const until = text.indexOf(end);
  if (from === -1 || until < from)
    throw new Error(`There is no place for tables: ${begin} … ${end} is missing.`);
  return text.slice(0, from) + [begin, ...paragraphs, end].join("\n\n") + text.slice(until + end.length);
}
