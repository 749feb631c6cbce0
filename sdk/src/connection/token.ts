import { ChatError, Unauthorized } from "../chat-error.ts";
import type { Clock } from "../clock.ts";
import type { ConnectionEvent } from "./machine.ts";

/**
 * Where tokens come from: a token that was given once, or a function that fetches one. The function is asked
 * at the first connection, shortly before a token ends, and when the relay refused the one before; a token that
 * still holds is used again, so that a relay's restart does not become a burst on the application's back end.
 *
 * It may throw `Unauthorized` to say "stop"; whatever else it throws is taken for a passing trouble.
 */
export type TokenSource = string | (() => string | Promise<string>);

type TokenEvent = Extract<ConnectionEvent, { type: "token" | "token-failed" | "token-refused" }>;

/** A token nearer to its end than this is not used for a new line. */
const MARGIN_MS = 15_000;

/** Asks a source, and keeps its answer in memory (and nowhere else) while it holds. */
export class Tokens {
  #source: TokenSource;
  #kept: { token: string; until: number } | undefined;
  readonly #clock: Clock;

  constructor(source: TokenSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** From now on tokens come from elsewhere. */
  replace(source: TokenSource): void {
    this.#source = source;
    this.#kept = undefined;
  }

  /** True when this is where tokens come from. */
  comeFrom(source: TokenSource): boolean {
    return source === this.#source;
  }

  /** A token that came by another way; it is the next one to be used. */
  keep(token: string): void {
    this.#kept = { token, until: Infinity };
  }

  /** The relay says until when the last token holds (ms since 1970; null: for ever). */
  holdUntil(expires: number | null): void {
    if (this.#kept) this.#kept.until = expires ?? Infinity;
  }

  /** Never rejects: an event for the machine says how it went. */
  async get(fresh: boolean): Promise<TokenEvent> {
    if (typeof this.#source === "string") return fresh ? NO_OTHER : { type: "token", token: this.#source };
    if (!fresh && this.#kept && this.#clock.now() < this.#kept.until - MARGIN_MS) {
      return { type: "token", token: this.#kept.token };
    }
    this.#kept = undefined;
    return this.#ask(this.#source);
  }

  async #ask(source: () => string | Promise<string>): Promise<TokenEvent> {
    try {
      const token: unknown = await source();
      if (typeof token !== "string" || token.trim() === "") throw new TypeError("It gave no text.");
      if (source === this.#source) this.#kept = { token: token.trim(), until: 0 };
      return { type: "token", token: token.trim() };
    } catch (cause) {
      return failure(cause);
    }
  }
}

const NO_OTHER: TokenEvent = {
  type: "token-refused",
  fallback: new ChatError("unauthorized", "The token has ended, and there is no function to fetch another."),
};

function failure(cause: unknown): TokenEvent {
  if (isUnauthorized(cause)) {
    const message = cause.message || "The application says that this user may not chat.";
    const error =
      cause.cause instanceof ChatError ? cause.cause : new ChatError("unauthorized", message, { cause });
    return { type: "token-refused", error, fallback: error };
  }
  if (cause instanceof ChatError) return { type: "token-failed", error: cause };
  return {
    type: "token-failed",
    error: new ChatError("unavailable", "The token could not be fetched.", { cause }),
  };
}

// By name as well: a page may hold two copies of this package, one in the widget and one of its own.
function isUnauthorized(cause: unknown): cause is Error {
  if (cause instanceof Unauthorized) return true;
  return cause instanceof Error && cause.name === "Unauthorized";
}
