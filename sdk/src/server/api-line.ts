import { ChatError, errorOf, type ChatErrorCode } from "../chat-error.ts";
import { relayAddress } from "../relay-address.ts";

/** How a back end reaches a relay. */
export interface ApiLineOptions {
  /** The relay's address, http(s) or ws(s). */
  relay: string;
  /** A token, or better a function that makes one: it is asked again when the relay says that it has run out. */
  token: string | (() => string | Promise<string>);
  /** Milliseconds for one try; 10 s by default. */
  timeout?: number;
  /** How often a call is tried again that failed for a passing reason; 3 times by default. */
  retries?: number;
  /** For tests. */
  fetch?: typeof globalThis.fetch;
  /** For tests: waits so many milliseconds. */
  wait?: (ms: number) => Promise<void>;
  /** For tests: from 0 to below 1. */
  random?: () => number;
}

/** One request, ready to be sent as often as it takes. */
export interface ApiRequest {
  method: string;
  /** Percent-encoded. */
  path: string;
  query?: object | undefined;
  body?: object | undefined;
}

/** Pauses between tries: a random part of a window that doubles. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** A wait that the relay asks for is kept up to this; whoever calls can wait longer by themselves. */
const LONGEST_WAIT_MS = 30_000;

/** What passes by itself. Slow mode does, too, but it is an answer for the person who writes. */
const PASSING: ReadonlySet<ChatErrorCode> = new Set<ChatErrorCode>([
  "rate-limited",
  "unavailable",
  "internal",
  "offline",
  "timeout",
]);

/**
 * Sends requests to a relay and reads its answers. Every request of the API is idempotent, as far as it carries an
 * id, so each is tried again when that may help.
 */
export class ApiLine {
  readonly #relay: string;
  readonly #options: ApiLineOptions;
  #token: string | undefined;

  /** @throws {ChatError} `invalid` when `relay` is no address. */
  constructor(options: ApiLineOptions) {
    this.#relay = relayAddress(options.relay);
    this.#options = options;
  }

  /** Asks until there is an answer, or no sense in asking. Rejects with a {@link ChatError}. */
  async ask(request: ApiRequest): Promise<unknown> {
    const { retries = 3 } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#tryWithToken(request);
      } catch (error) {
        const pause = attempt < retries ? this.#pauseAfter(error, attempt) : undefined;
        if (pause === undefined) throw error;
        await this.pause(pause);
      }
    }
  }

  /** Waits so many milliseconds. */
  pause(ms: number): Promise<void> {
    return (this.#options.wait ?? sleep)(ms);
  }

  /** Milliseconds until another try makes sense; undefined when none does. */
  #pauseAfter(error: unknown, attempt: number): number | undefined {
    if (!(error instanceof ChatError) || !PASSING.has(error.code)) return undefined;
    const window = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    const pause = (error.retryAfter ?? 0) + window * (this.#options.random ?? Math.random)();
    return pause <= LONGEST_WAIT_MS ? pause : undefined;
  }

  /** A token that has run out since it was made is no reason to fail: once, another is asked for. */
  async #tryWithToken(request: ApiRequest): Promise<unknown> {
    const isKept = this.#token !== undefined;
    try {
      return await this.#try(request, (this.#token ??= await this.#newToken()));
    } catch (error) {
      const isRefused =
        error instanceof ChatError && (error.code === "token-expired" || error.code === "unauthorized");
      if (!isRefused) throw error;
      this.#token = undefined;
      if (!isKept || typeof this.#options.token === "string") throw error;
      return this.#try(request, (this.#token = await this.#newToken()));
    }
  }

  async #newToken(): Promise<string> {
    const { token } = this.#options;
    return typeof token === "string" ? token : token();
  }

  async #try({ method, path, query, body }: ApiRequest, token: string): Promise<unknown> {
    const { fetch = globalThis.fetch, timeout = 10_000 } = this.#options;
    const address = `${this.#relay}${path}${queryOf(query)}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(address, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeout),
      });
      text = await response.text();
    } catch (cause) {
      throw noAnswer(cause, method, path, timeout);
    }
    return answerOf(response, text);
  }
}

function queryOf(query: object = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const params = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length > 0 ? `?${params.toString()}` : "";
}

function noAnswer(cause: unknown, method: string, path: string, timeout: number): ChatError {
  if (cause instanceof Error && cause.name === "TimeoutError") {
    return new ChatError("timeout", `${method} ${path} had no answer within ${timeout} ms.`, { cause });
  }
  return new ChatError("offline", `The relay cannot be reached for ${method} ${path}.`, { cause });
}

function answerOf(response: Response, text: string): unknown {
  const json = jsonOf(text);
  if (response.ok && json !== undefined) return json;
  const error = (json as { error?: { code?: unknown; message?: unknown; retryAfter?: number } } | undefined)
    ?.error;
  const seconds = Number(response.headers.get("retry-after"));
  const retryAfter = error?.retryAfter ?? (seconds > 0 ? seconds * 1000 : undefined);
  const waiting = retryAfter === undefined ? {} : { retryAfter };
  if (typeof error?.code === "string" && typeof error.message === "string") {
    return fail(errorOf({ code: error.code, message: error.message, ...waiting }));
  }
  // Not the relay's own words: a proxy that cannot reach it, or an address where there is something else.
  const isPassing = response.status >= 502 && response.status <= 504;
  const what = `Something that is no relay answered with status ${response.status}; look at the address.`;
  return fail(new ChatError(isPassing ? "unavailable" : "invalid", what, waiting));
}

function fail(error: ChatError): never {
  throw error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
