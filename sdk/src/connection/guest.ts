import { ChatError, Unauthorized } from "../chat-error.ts";
import type { User } from "../protocol/member.ts";
import type { ChatStorage } from "../storage.ts";

/** Where guests get their tokens, below the relay's address. */
const GUEST_PATH = "/v1/guest";

/** What a guest's identity needs of its surroundings. */
export interface GuestParts {
  /** The relay's address, http or https, without a slash at its end. */
  relay: string;
  storage: ChatStorage;
  fetch: typeof fetch;
  /** The name wanted, unless one was chosen with `rename` before. */
  name?: string;
}

/**
 * A visitor without an account. The browser keeps a random key; the relay makes the same guest of the same key
 * again. The key opens no room by itself, and the token that does is kept in memory only.
 */
export class Guest {
  readonly #parts: GuestParts;
  readonly #keyName: string;
  readonly #nameName: string;
  #user: User | undefined;

  constructor(parts: GuestParts) {
    this.#parts = parts;
    this.#keyName = `natter:guest:${parts.relay}`;
    this.#nameName = `natter:guest-name:${parts.relay}`;
  }

  /** Who the relay says this guest is, once it was asked. */
  get user(): User | undefined {
    return this.#user;
  }

  /** Fetches a token. Throws `ChatError`, or `Unauthorized` where the relay wants no guests. */
  token = async (): Promise<string> => {
    const { storage, name } = this.#parts;
    return this.#post(storage.get(this.#nameName) ?? name);
  };

  /** Takes another name, for good, if the relay accepts it; the token that comes back bears it. */
  async rename(name: string): Promise<string> {
    const token = await this.#post(name).catch((error: unknown) => {
      throw error instanceof Unauthorized ? error.cause : error;
    });
    this.#parts.storage.set(this.#nameName, name);
    return token;
  }

  async #post(name: string | undefined): Promise<string> {
    const { relay, fetch } = this.#parts;
    const response = await fetch(relay + GUEST_PATH, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, key: this.#key() }),
    }).catch((cause: unknown) => {
      throw new ChatError("offline", UNREACHABLE, { cause });
    });
    const answer = (await response.json().catch(() => undefined)) as GuestAnswer | undefined;
    if (!response.ok) throw refusal(response, answer);
    if (typeof answer?.token !== "string") throw new ChatError("invalid", NOT_NATTER);
    this.#user = answer.user;
    return answer.token;
  }

  #key(): string {
    const { storage } = this.#parts;
    const kept = storage.get(this.#keyName);
    if (kept) return kept;
    const key = randomKey();
    storage.set(this.#keyName, key);
    return key;
  }
}

interface GuestAnswer {
  token?: string;
  user?: User;
  error?: { code?: string; message?: string };
}

const UNREACHABLE =
  "The relay could not be reached: this device is offline, the address is wrong, or the page's origin is not allowed there.";
const NOT_NATTER = "What answered at the relay's address is no Natter relay.";

/** A refusal that will not change by itself stops the chat; anything else is tried again. */
function refusal(response: Response, answer: GuestAnswer | undefined): Error {
  const message = answer?.error?.message ?? `The relay answered ${response.status} when asked for a guest's token.`;
  if ([400, 401, 403].includes(response.status)) {
    const cause = new ChatError((answer?.error?.code ?? "forbidden") as ChatError["code"], message);
    return new Unauthorized(message, { cause });
  }
  const seconds = Number(response.headers.get("retry-after"));
  const code = response.status === 429 ? "rate-limited" : "unavailable";
  return new ChatError(code, message, seconds > 0 ? { retryAfter: seconds * 1000 } : {});
}

/** 128 random bits as base64url. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) => ({ "+": "-", "/": "_" })[sign] ?? "");
}
