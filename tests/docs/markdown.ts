/** The cells of every row of every table whose heading begins with these words, without code marks. */
export function tableRows(markdown: string, heading: readonly string[]): string[][] {
  const rows: string[][] = [];
  let inside = false;
  for (const line of markdown.split("\n")) {
    const cells = cellsOf(line);
    if (cells.length === 0) inside = false;
    else if (heading.every((word, at) => cells[at] === word)) inside = true;
    else if (inside && !/^[-:]+$/.test(cells[0] ?? "")) rows.push(cells);
  }
  return rows;
}

function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  const cells = line.split("|").slice(1, -1);
  return cells.map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1"));
}

/** A block of code, and what its mark says: `<!-- golden: name -->` on the line before. */
export interface MarkedBlock {
  name: string;
  language: string;
  code: string;
}

/** Every mark of this kind with the fenced block that follows it; a mark without one has an empty block. */
export function markedBlocks(markdown: string, kind: string): MarkedBlock[] {
  const mark = new RegExp(`<!--\\s*${kind}:\\s*(\\S+)\\s*-->`, "g");
  return [...markdown.matchAll(mark)].map((found) => {
    const rest = markdown.slice(found.index + found[0].length);
    const block = /^\s*```(\w*)\n([\s\S]*?)\n```/.exec(rest);
    return { name: found[1] ?? "", language: block?.[1] ?? "", code: block?.[2] ?? "" };
  });
}

/** A rule of docs/SPEC.md. */
export interface Rule {
  id: string;
  text: string;
}

const ID = /^[A-Z]{1,4}\d{1,3}$/;
const LIST_ITEM = /^\s*[-*]\s+(?:\*\*(.+?)\*\*|`(.+?)`)\s*(.*)$/;
const PENDING_ITEM = /^\s*[-*]\s+([A-Z]{1,4}\d{1,3})\b:?\s*(.*)$/;

/**
 * The rules of a specification: list items (`- **P1** text`) and table rows (`| P1 | text |`).
 * `pending` are those that say with a plain id (`- P1: text`) that no test bears them yet; `odd` are lines that
 * begin like a rule and have no id, so that none is overlooked.
 */
export function rulesOf(markdown: string): { rules: Rule[]; pending: Rule[]; odd: string[] } {
  const rules: Rule[] = [];
  const pending: Rule[] = [];
  const odd: string[] = [];
  for (const line of markdown.split("\n")) {
    const waiting = PENDING_ITEM.exec(line);
    if (waiting !== null) pending.push({ id: waiting[1] ?? "", text: waiting[2] ?? "" });
    const rule = ruleOf(line);
    if (rule === undefined) continue;
    if (ID.test(rule.id)) rules.push(rule);
    else if (!line.startsWith("|")) odd.push(line.trim());
  }
  return { rules, pending, odd };
}

function ruleOf(line: string): Rule | undefined {
  const item = LIST_ITEM.exec(line);
  if (item !== null) return { id: item[1] ?? item[2] ?? "", text: item[3] ?? "" };
  const [first, ...rest] = cellsOf(line);
  if (first === undefined) return undefined;
  return { id: first.replaceAll("*", ""), text: rest.join(" ") };
}

/** The rule ids that a test file names, like `[P3]`, in lines that are no comments. */
export function idsIn(source: string): string[] {
  const lines = source.split("\n").filter((line) => !/^\s*(\/\/|\/?\*)/.test(line));
  return [...lines.join("\n").matchAll(/\[([A-Z]{1,4}\d{1,3}(?:, ?[A-Z]{1,4}\d{1,3})*)\]/g)].flatMap(
    (found) => (found[1] ?? "").split(/, ?/),
  );
}
