import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** Something to be carried to an address by POST. */
export interface Letter {
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** For all of it: finding the address, connecting, asking and hearing the answer. */
  timeoutMs: number;
  /** True when it may go to this machine and its network, too. */
  allowPrivate: boolean;
  /** Bytes of the answer that are read; with 0 it is not even waited for. */
  answerBytes: number;
}

/** What came back, or a sentence about what went wrong; it quotes nothing of the answer. */
export type Receipt =
  { ok: true; status: number; retryAfterMs: number; body: string } | { ok: false; why: string };

/** How names are looked up; the machine's own way unless a test has another. */
export type Lookup = (
  host: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Connections kept open to one endpoint, and used at once, at most. */
const SOCKETS = 8;

/**
 * Carries letters to addresses that an app's operator has named. A redirect is an answer like any other, and is not
 * followed. A name is looked up once for each connection, and the connection goes to the very address that was
 * looked at: a name that changes its mind in between changes nothing.
 */
export class Courier {
  readonly #lookup: Lookup;
  // Two sets: a connection that was opened for who may reach private addresses is not for the others.
  readonly #open = agents();
  readonly #guarded = agents();
  readonly #underway = new Set<() => void>();

  constructor(lookup: Lookup = systemLookup) {
    this.#lookup = lookup;
  }

  /** Carries a letter; never rejects. */
  carry(letter: Letter): Promise<Receipt> {
    const { url, allowPrivate } = letter;
    const host = url.hostname.replaceAll(/^\[|\]$/g, "");
    if (!allowPrivate && isIP(host) && !isPublicAddress(host)) {
      return Promise.resolve({ ok: false, why: PRIVATE });
    }
    return new Promise((resolve) => this.#send(letter, resolve));
  }

  /** Cuts off what is under way. */
  close(): void {
    for (const cut of this.#underway) cut();
    for (const { http, https } of [this.#open, this.#guarded]) {
      http.destroy();
      https.destroy();
    }
  }

  #send(
    { url, headers, body, timeoutMs, allowPrivate, answerBytes }: Letter,
    resolve: (r: Receipt) => void,
  ): void {
    const isTls = url.protocol === "https:";
    const { http, https } = allowPrivate ? this.#open : this.#guarded;
    const bytes = Buffer.from(body);
    const request = (isTls ? httpsRequest : httpRequest)(url, {
      method: "POST",
      agent: isTls ? https : http,
      lookup: this.#lookupFor(allowPrivate),
      headers: { ...headers, "content-type": "application/json", "content-length": bytes.length },
    });
    const settle = (receipt: Receipt): void => {
      if (!this.#underway.has(cut)) return;
      clearTimeout(timer);
      this.#underway.delete(cut);
      resolve(receipt);
    };
    const fail = (why: string): void => {
      // Once it is settled, the line may be somebody else's already.
      if (!this.#underway.has(cut)) return;
      settle({ ok: false, why });
      request.destroy();
    };
    const cut = (): void => fail("the relay stops");
    const timer = setTimeout(() => fail(`no answer came within ${timeoutMs} ms`), timeoutMs);
    this.#underway.add(cut);
    request.on("error", (error: NodeJS.ErrnoException) => fail(whyOf(error)));
    request.on("response", (response) => {
      const { statusCode: status = 0 } = response;
      const retryAfterMs = readRetryAfter(response.headers["retry-after"]);
      readAnswer(response, answerBytes, (answer) => {
        if (answer === undefined) fail(`its answer has over ${answerBytes} bytes, or broke off`);
        else settle({ ok: true, status, retryAfterMs, body: answer });
      });
    });
    request.end(bytes);
  }

  #lookupFor(allowPrivate: boolean): LookupFunction {
    return (host, options, done) => {
      this.#lookup(host, { all: true }, (error, found) => {
        if (error) return done(error, "", 0);
        const [first] = found;
        // One address of several would be enough for a way in, and of a name that has both none is wanted.
        const isSafe = allowPrivate || found.every(({ address }) => isPublicAddress(address));
        if (!first || !isSafe) return done(new PrivateAddress(PRIVATE), "", 0);
        if (options.all === true) done(null, found);
        else done(null, first.address, first.family);
      });
    };
  }
}

/** Bytes of an answer that nobody reads, up to which its connection is worth keeping. */
const IGNORED_BYTES = 16 * 1024;

/** Reads an answer up to a bound; what nobody wants to know is let past, and cut off where there is too much of it. */
function readAnswer(
  response: IncomingMessage,
  bytes: number,
  done: (text: string | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (bytes > 0) chunks.push(chunk);
    if (bytes > 0 && length > bytes) done(undefined);
    if (length > Math.max(bytes, IGNORED_BYTES)) response.destroy();
  });
  response.on("error", () => done(undefined));
  if (bytes === 0) return done("");
  response.on("end", () => done(Buffer.concat(chunks).toString("utf8")));
  response.on("close", () => done(undefined));
}

const PRIVATE = "its address is of this machine or its network, which `allowPrivate` would allow";

class PrivateAddress extends Error {}

function whyOf(error: NodeJS.ErrnoException): string {
  if (error instanceof PrivateAddress) return error.message;
  return `the connection failed (${error.code ?? error.name})`;
}

function readRetryAfter(header: string | undefined): number {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function agents(): { http: HttpAgent; https: HttpsAgent } {
  const options = { keepAlive: true, maxSockets: SOCKETS, maxFreeSockets: 2, timeout: 30_000 };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}
