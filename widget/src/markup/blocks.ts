/** The parts of a message that stand below each other. */
export type Block =
  | { kind: "text" | "quote"; text: string }
  | { kind: "code"; text: string }
  | { kind: "list"; start?: number; items: string[] };

const FENCE = "```";
const QUOTE = /^>\s?/;
const ITEM = /^\s{0,3}(?:[-*]|(\d{1,4})[.)])\s+(?=\S)/;

/**
 * Splits a message into code between fences, quotes, lists, and text. What is none of the others stays as it
 * was written, with its breaks and indents. A fence that nothing closes is text.
 */
export function readBlocks(message: string): Block[] {
  const lines = message.split("\n");
  const lastFence = lines.findLastIndex((line) => line.trimEnd() === FENCE);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const block = readFence(lines, at, lastFence) ?? readList(lines, at) ?? readLines(lines, at, lastFence);
    blocks.push(block);
    at += block.lines;
  }
  return blocks;
}

type Read = Block & { lines: number };

function readFence(lines: string[], at: number, lastFence: number): Read | undefined {
  if (at >= lastFence || !lines[at]?.startsWith(FENCE)) return undefined;
  let end = at + 1;
  while (lines[end]?.trimEnd() !== FENCE) end++;
  return { kind: "code", text: lines.slice(at + 1, end).join("\n"), lines: end + 1 - at };
}

function readList(lines: string[], at: number): Read | undefined {
  const first = ITEM.exec(lines[at] ?? "");
  if (!first) return undefined;
  const numbered = first[1] !== undefined;
  const items: string[] = [];
  for (let next: RegExpExecArray | null = first; next; next = ITEM.exec(lines[at + items.length] ?? "")) {
    if ((next[1] !== undefined) !== numbered) break;
    items.push(next.input.slice(next[0].length));
  }
  return { kind: "list", items, lines: items.length, ...(numbered && { start: Number(first[1]) }) };
}

function readLines(lines: string[], at: number, lastFence: number): Read {
  const quoted = QUOTE.test(lines[at] ?? "");
  let end = at + 1;
  while (
    end < lines.length &&
    QUOTE.test(lines[end] ?? "") === quoted &&
    !beginsAnother(lines, end, lastFence)
  )
    end++;
  const taken = lines.slice(at, end);
  if (quoted)
    return { kind: "quote", text: taken.map((line) => line.replace(QUOTE, "")).join("\n"), lines: end - at };
  return { kind: "text", text: taken.join("\n"), lines: end - at };
}

function beginsAnother(lines: string[], at: number, lastFence: number): boolean {
  const line = lines[at] ?? "";
  return ITEM.test(line) || (at < lastFence && line.startsWith(FENCE));
}
