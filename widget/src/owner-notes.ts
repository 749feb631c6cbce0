/** What a page's owner can have got wrong. Each is told once, with what to change. */
export type OwnerNote =
  | "no-room"
  | "no-relay"
  | "no-socket"
  | "origin"
  | "csp"
  | "unreachable"
  | "refused"
  | "removed"
  | "token-url"
  | "other-version"
  | "language"
  | "part"
  | "failed";

const told = new Set<string>();

/**
 * Tells the page's owner, in the console, what is wrong and what to change. Visitors are told something calm by
 * the element itself. This is the one place of the package that writes to the console.
 */
export function tellOwner(note: OwnerNote, sentence: string): void {
  const line = `<chat-room> (${note}): ${sentence}`;
  if (told.has(line)) return;
  told.add(line);
  // oxlint-disable-next-line no-console -- the owner of a page reads it here or nowhere
  console.warn(line);
}

/** True on a developer's own machine, where the element itself may show what the console says. */
export function isOwnersMachine(): boolean {
  const { hostname } = location;
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    hostname.startsWith("127.") ||
    hostname.endsWith(".localhost")
  );
}
