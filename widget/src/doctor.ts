import type { OwnerNote } from "./owner-notes.ts";

/** How long a relay may take to answer. */
const PATIENCE_MS = 10_000;

/**
 * Finds out why a page has no line to a relay. Browsers tell a script nothing but "failed", so each thing that may
 * be wrong is tried by itself. Undefined where the trouble is none of the page's owner's, or another one.
 *
 * @param address The relay's, without a slash at its end.
 * @param isGuest Whether the relay is asked for a guest's token first: by a call that it answers only to pages
 * it knows.
 * @param code What the connection failed with.
 */
export async function diagnose(
  address: string,
  isGuest: boolean,
  code: string | undefined,
): Promise<[OwnerNote, string] | undefined> {
  const { origin } = new URL(address);
  const sources = `${origin} ${origin.replace("http", "ws")}`;
  if (await isForbidden(address)) {
    return ["csp", `The page's Content-Security-Policy keeps it from its relay; add: connect-src ${sources}`];
  }
  // Without CORS nothing of the answer can be read, but that there is one can be told.
  if (
    !(await succeeds(fetch(`${address}/healthz`, { mode: "no-cors", cache: "no-store", signal: soon() })))
  ) {
    return ["unreachable", `Nothing answers at ${address}. Does the relay run, and is this its address?`];
  }
  if (code === "offline" || code === "timeout") {
    return [
      "no-socket",
      `${address} answers, but no WebSocket gets through; a proxy must pass on its upgrade.`,
    ];
  }
  // Somebody's own token is not the relay's to give.
  if (!isGuest || code !== "unavailable") return undefined;
  return ["origin", `The relay does not know this site: add ${location.origin} to its --origins.`];
}

/** Whether the page's policy forbids calls to the relay, or sockets, or both. */
async function isForbidden(address: string): Promise<boolean> {
  const { host } = new URL(address);
  let forbidden = false;
  const onViolation = ({
    effectiveDirective,
    disposition,
    blockedURI,
  }: SecurityPolicyViolationEvent): void => {
    const isOurs = URL.canParse(blockedURI) && new URL(blockedURI).host === host;
    if (effectiveDirective === "connect-src" && disposition === "enforce" && isOurs) forbidden = true;
  };
  document.addEventListener("securitypolicyviolation", onViolation);
  await succeeds(fetch(`${address}/healthz`, { mode: "no-cors", cache: "no-store", signal: soon() }));
  await succeeds(opened(new WebSocket(`${address.replace("http", "ws")}/v1/socket`)));
  document.removeEventListener("securitypolicyviolation", onViolation);
  return forbidden;
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((done) => {
    // Chromium says of a forbidden one that it failed, and not that it is closed.
    socket.onclose = socket.onerror = () => done();
    socket.onopen = () => socket.close();
    soon().onabort = () => socket.close();
  });
}

function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}

function soon(): AbortSignal {
  return AbortSignal.timeout(PATIENCE_MS);
}
