/** Which pages may open a connection: exact origins, or `*` for any, and the loopback ones in development. */
export interface OriginRule {
  allowed: readonly string[];
  allowLocal: boolean;
}

/**
 * Whether a page of this origin may connect to a relay that is called by this host. Programs that are no
 * browsers send no origin and are judged by their token alone; a page of the relay's own host is at home.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  rule: OriginRule,
): boolean {
  if (origin === undefined || rule.allowed.includes("*") || rule.allowed.includes(origin)) return true;
  // A page of the relay itself, as browsers write it: what is nearly always asked needs no parser.
  if (host !== undefined && (origin === `https://${host}` || origin === `http://${host}`)) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (host !== undefined && url.host === host.toLowerCase()) return true;
  return rule.allowLocal && isLoopback(url.hostname);
}

/**
 * The sentence for a page's owner.
 *
 * @param place where the origin is to be added
 */
export function originAdvice(origin: string, place = "the relay's --origins"): string {
  const shown = origin.length > 60 ? `${origin.slice(0, 60)}…` : origin;
  return `Origin ${shown} is not allowed; add it to ${place}.`;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    /^127(\.\d+){3}$/.test(hostname) ||
    hostname.endsWith(".localhost")
  );
}
