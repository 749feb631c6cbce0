/**
 * What an unverified token says of itself, to choose what it is held against. Nothing of it is believed, and
 * nothing of it leads anywhere but to a table of this relay.
 */

/** Whether a text has the three parts of a token; of what has more no library should have to cut every one off. */
export function hasThreeParts(token: string): boolean {
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  return first > 0 && second > first + 1 && !token.includes(".", second + 1);
}

/** The name that a token gives its key; undefined when it gives none. */
export function kidOf(token: string): string | undefined {
  const kid = partOf(token, 0)?.["kid"];
  // Whatever is no text is the name of no key.
  return kid === undefined ? undefined : typeof kid === "string" ? kid : "";
}

/** Whom a token says that it is for. */
export function audiencesOf(token: string): readonly string[] {
  const audience = partOf(token, 1)?.["aud"];
  if (audience === undefined) return [];
  // Whatever is no text is nobody's name.
  return (Array.isArray(audience) ? audience : [audience]).map((name) =>
    typeof name === "string" ? name : "",
  );
}

function partOf(token: string, at: 0 | 1): Record<string, unknown> | undefined {
  const first = token.indexOf(".");
  const [from, to] = at === 0 ? [0, first] : [first + 1, token.indexOf(".", first + 1)];
  if (first < 0 || to < 0) return undefined;
  try {
    const json: unknown = JSON.parse(Buffer.from(token.slice(from, to), "base64url").toString("utf8"));
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
