/** A stretch of text, or an address in it. */
export type Span = { kind: "text"; text: string } | { kind: "link"; text: string; href: string };

/**
 * Splits a text at the web addresses in it. Works in linear time: each character is looked at by one pass of
 * one expression without nested repetition, and by one pass over the address's own end.
 */
export function linkSpans(text: string): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const shown = withoutTail(found);
    const href = webAddress(shown);
    if (href === undefined) continue;
    if (index > done) spans.push({ kind: "text", text: text.slice(done, index) });
    spans.push({ kind: "link", text: shown, href });
    done = index + shown.length;
  }
  if (done < text.length) spans.push({ kind: "text", text: text.slice(done) });
  return spans;
}

const ADDRESS = /(?<![\p{L}\p{N}])https?:\/\/[^\s<>"`{}|\\^\u2066-\u2069\u202A-\u202E]+/giu;
const SENTENCE_END = new Set([...".,:;!?'*_~…。、，！？；："]);
const BRACKETS: Record<string, string> = { ")": "(", "]": "[" };

/** Takes off what belongs to the sentence: its stop, and a bracket that was opened before the address. */
function withoutTail(found: string): string {
  const open = { "(": 0, "[": 0 } as Record<string, number>;
  for (const sign of found) {
    if (sign in open) open[sign] = (open[sign] ?? 0) + 1;
    const opener = BRACKETS[sign];
    if (opener !== undefined) open[opener] = (open[opener] ?? 0) - 1;
  }
  let end = found.length;
  for (; end > 0; end--) {
    const last = found.charAt(end - 1);
    const opener = BRACKETS[last];
    const unopened = opener !== undefined && (open[opener] ?? 0) < 0;
    if (!unopened && !SENTENCE_END.has(last)) break;
    if (opener !== undefined) open[opener] = (open[opener] ?? 0) + 1;
  }
  return found.slice(0, end);
}

function webAddress(text: string): string | undefined {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}
