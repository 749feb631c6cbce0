/** An address in a text: what was written, where it leads, and the host to name beside it where that misleads. */
export interface Link {
  text: string;
  href: string;
  host?: string;
}

/**
 * What may be an address, as part of a larger expression. Runs are taken whole, and an e-mail address may begin
 * only where none of its signs stand before, so that no run is looked at twice.
 */
export const ADDRESS =
  /(?<![\p{L}\p{N}])(?:https?:\/\/|www\.)[^\s<>"`{}|\\^\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+|(?<![\p{L}\p{N}.+_-])[\p{L}\p{N}.+_-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/iu
    .source;

/** Reads what {@link ADDRESS} found; undefined for what only looked like one. */
export function readLink(found: string): Link | undefined {
  const text = withoutTail(found);
  const url = parse(text);
  if (!url) return undefined;
  const link: Link = { text, href: url.href };
  if (misleads(url, text)) link.host = url.host;
  return link;
}

const SENTENCE_END = new Set([...".,:;!?'*_~…。、，！？；："]);
const OPENERS: Record<string, string> = { ")": "(", "]": "[" };

/** Takes off what belongs to the sentence: its stop, and a bracket that was opened before the address. */
function withoutTail(found: string): string {
  const unopened: Record<string, number> = { "(": 0, "[": 0 };
  for (const sign of found) {
    if (sign in unopened) unopened[sign] = (unopened[sign] ?? 0) - 1;
    const opener = OPENERS[sign];
    if (opener) unopened[opener] = (unopened[opener] ?? 0) + 1;
  }
  let end = found.length;
  for (; end > 0; end--) {
    const last = found.charAt(end - 1);
    const opener = OPENERS[last];
    const open = opener === undefined ? 0 : (unopened[opener] ?? 0);
    if (opener === undefined ? !SENTENCE_END.has(last) : open <= 0) break;
    if (opener !== undefined) unopened[opener] = open - 1;
  }
  return found.slice(0, end);
}

function parse(text: string): URL | undefined {
  try {
    if (/^https?:/i.test(text)) return new URL(text);
    if (/^www\./i.test(text)) return new URL(`https://${text}`);
    return new URL(`mailto:${text}`);
  } catch {
    return undefined;
  }
}

// Letters that look like Latin ones: a host of them under an ASCII ending is most likely dressed up as another.
const LOOKALIKES = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;

function misleads({ host, username }: URL, text: string): boolean {
  return username !== "" || (host.includes("xn--") && !/\.xn--[^.]+$/.test(host) && LOOKALIKES.test(text));
}
