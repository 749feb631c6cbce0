import { lookup } from "node:dns/promises";
import { createServer } from "node:net";
import type { AppConfig } from "../../apps/plan.ts";
import { KeySet } from "../../auth/key-set.ts";
import type { KeyOptions } from "../../auth/key-options.ts";
import { systemClock } from "../../clock.ts";
import { silentLog } from "../../telemetry/log.ts";
import { skewVerdict } from "./machine.ts";
import { fail, fine, warn, type Verdict } from "./verdict.ts";

const PATIENCE_MS = 5000;

/** Whether the relay can listen where it is to, and whether one does already. */
export async function portVerdict(
  host: string,
  port: number,
): Promise<{ verdict: Verdict; isServed: boolean }> {
  const shown = `${host}:${port}`;
  const code = await listenOnce(host, port);
  if (code === undefined) return { verdict: fine("address", `${shown} is free.`), isServed: false };
  if (code === "EADDRINUSE") {
    const isServed = await isRelay(host, port);
    const verdict = isServed
      ? warn(
          "address",
          `A relay answers at ${shown} already; these settings are for a reload, or for its next start.`,
        )
      : fail("address", `${shown} is taken by another program; stop that, or name another port.`);
    return { verdict, isServed };
  }
  const why =
    code === "EACCES"
      ? `${shown} needs more rights than this user has; take a port above 1023.`
      : `The relay cannot listen on ${shown} (${code}).`;
  return { verdict: fail("address", why), isServed: false };
}

/** Listens for a moment; tells the error's code. */
function listenOnce(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

async function isRelay(host: string, port: number): Promise<boolean> {
  const reached =
    host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(`http://${reached}:${port}/healthz`, { signal, redirect: "error" });
    return answer.ok && (await answer.text()).includes('"ok"');
  } catch {
    return false;
  }
}

/** Asks for the keys that an app's tokens are verified with, as the relay will. */
export async function publishedVerdicts({ id, keys, isNamed }: AppConfig): Promise<Verdict[]> {
  const published = keys.filter((key): key is KeyOptions & { jwksUrl: string } => key.jwksUrl !== undefined);
  const found = await Promise.all(
    published.map((key) => publishedVerdict(isNamed ? `keys of ${id}` : "keys", key)),
  );
  return found.flat();
}

async function publishedVerdict(about: string, key: KeyOptions & { jwksUrl: string }): Promise<Verdict[]> {
  let why = "nothing was answered";
  let date: string | null = null;
  let askedAt = 0;
  const log = { ...silentLog, warn: (fields: object) => void (why = reasonIn(fields)) };
  const set = new KeySet({
    key,
    clock: systemClock,
    log,
    fetch: async (url, init) => {
      const answer = await fetch(url, init);
      askedAt = systemClock.now();
      date = answer.headers.get("date");
      return answer;
    },
  });
  try {
    // A name that no key has: what counts is what came with the answer.
    await set.find("");
  } finally {
    set.close();
  }
  if (set.size === 0) return [fail(about, `${key.jwksUrl} is of no use: ${why}`)];
  const skew = skewVerdict(new URL(key.jwksUrl).host, date, askedAt);
  return [fine(about, `${key.jwksUrl} has ${set.size} for ${key.alg}.`), ...(skew ? [skew] : [])];
}

/** Whether the hosts of an app's webhooks have addresses. Nothing is sent to them. */
export async function webhookVerdicts({ id, webhooks, isNamed }: AppConfig): Promise<Verdict[]> {
  const about = isNamed ? `webhook of ${id}` : "webhook";
  const hosts = [...new Set(webhooks.map(({ url }) => new URL(url).hostname.replaceAll(/[[\]]/g, "")))];
  return Promise.all(
    hosts.map(async (host) => {
      try {
        const addresses = await withPatience(lookup(host, { all: true }));
        return fine(about, `${host} has the address ${addresses[0]?.address ?? "none"}.`);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return fail(
          about,
          `${host} has no address (${code ?? "no answer in time"}): nothing can be delivered there.`,
        );
      }
    }),
  );
}

/** A name server that says nothing may take half a minute to be given up. */
function withPatience<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("No answer in time.")), PATIENCE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function reasonIn(fields: object): string {
  const error: unknown = "err" in fields ? fields.err : undefined;
  if (!(error instanceof Error)) return "nothing was answered.";
  return error.cause instanceof Error ? `${error.message} (${error.cause.message}).` : error.message;
}
