import { ADDRESS, readLink, type Link } from "./links.ts";
import { isInWord } from "./names.ts";

/** What the text of a message is made of. */
export type Inline =
  | string
  | { kind: "strong" | "em" | "strike"; inside: Inline[] }
  | { kind: "code" | "mention"; text: string }
  | ({ kind: "link" } & Link);

/** How many characters at `at` (just after an `@`) are the name of somebody here; 0 when none are. */
export type FindName = (text: string, at: number) => number;

/** Marks, and what they make of what stands between two of them. */
const MARKS = { "**": "strong", "*": "em", _: "em", "~~": "strike" } as const;
type Mark = keyof typeof MARKS;

// A mark behind a backslash (which says that it is none, and stays), code, addresses, the @ of a mention, and marks. Each alternative takes a run whole or gives up at its first
// sign, and a backquote without a partner is looked for once a line: the whole is linear.
const PIECE = new RegExp(`\\\\[*_~\`]|(\`{1,3})([^\`\\n]+)\\1|${ADDRESS}|@|\\*\\*|~~|[*_]`, "giu");

/** What was opened and not closed yet, and what was read since. The lowest is the text itself. */
interface Open {
  mark: Mark | "";
  pieces: Inline[];
}

/**
 * Reads `**bold**`, `*italic*`, `_italic_`, `~~strike~~`, `` `code` ``, addresses and mentions. A mark without
 * its partner is text. A mark inside its own kind opens nothing, so nesting is at most four deep.
 */
export function readInline(text: string, findName: FindName): Inline[] {
  const open: Open[] = [{ mark: "", pieces: [] }];
  let done = 0;
  for (const found of text.matchAll(PIECE)) {
    const { index } = found;
    if (index < done) continue;
    const read = readPiece(found, text, findName);
    if (!read) continue;
    say(open, text.slice(done, index));
    if ("mark" in read) turn(open, read.mark, text, index);
    else open.at(-1)?.pieces.push(read.piece);
    done = index + read.length;
  }
  say(open, text.slice(done));
  while (open.length > 1) dropLast(open);
  return open[0]?.pieces ?? [];
}

type Read = { length: number } & ({ piece: Inline } | { mark: Mark });

function readPiece(found: RegExpExecArray, text: string, findName: FindName): Read | undefined {
  const [all, , code] = found;
  if (all.startsWith("\\")) return undefined;
  if (code !== undefined) return { length: all.length, piece: { kind: "code", text: code } };
  if (isMark(all)) return { length: all.length, mark: all };
  if (all === "@") return readMention(text, found.index, findName);
  const link = readLink(all);
  return link && { length: link.text.length, piece: { kind: "link", ...link } };
}

function readMention(text: string, at: number, findName: FindName): Read | undefined {
  if (isInWord(text, at - 1)) return undefined;
  const length = findName(text, at + 1) + 1;
  return length > 1 ? { length, piece: { kind: "mention", text: text.slice(at, at + length) } } : undefined;
}

/** Opens, closes, or does nothing but stand there. */
function turn(open: Open[], mark: Mark, text: string, at: number): void {
  const isOpen = open.some((one) => one.mark === mark);
  const before = at - 1;
  const after = at + mark.length;
  // A single star or line within a word is a name (`snake_case`, `2*3*4`), not a mark.
  const single = mark.length === 1;
  if (isOpen && !isSpaceAt(text, before) && !(single && isWordAt(text, after))) close(open, mark);
  else if (!isOpen && !isSpaceAt(text, after) && !(single && isWordAt(text, before)))
    open.push({ mark, pieces: [] });
  else say(open, mark);
}

function close(open: Open[], mark: Mark): void {
  while (open.at(-1)?.mark !== mark) dropLast(open);
  const { pieces = [] } = open.pop() ?? {};
  open.at(-1)?.pieces.push({ kind: MARKS[mark], inside: pieces });
}

// Nothing closed it: its sign is text, and what it held belongs to the one around it.
function dropLast(open: Open[]): void {
  const { mark = "", pieces = [] } = open.pop() ?? {};
  say(open, mark);
  for (const piece of pieces) open.at(-1)?.pieces.push(piece);
}

function say(open: Open[], text: string): void {
  if (text !== "") open.at(-1)?.pieces.push(text);
}

function isMark(sign: string): sign is Mark {
  return Object.hasOwn(MARKS, sign);
}

function isSpaceAt(text: string, at: number): boolean {
  return at < 0 || at >= text.length || /\s/.test(text.charAt(at));
}

function isWordAt(text: string, at: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.charAt(at));
}
