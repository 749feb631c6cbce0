import { errorOf } from "../chat-error.ts";
import type { User } from "../protocol/member.ts";
import type { ChatStorage } from "../storage.ts";

/** A visitor without an account. */
export interface Guest {
  /** Fetches a token; for the relay the same browser is always the same guest. */
  token(this: void): Promise<string>;
  /** Takes another name for good, if the relay accepts it; the token that comes back bears it. */
  rename(name: string): Promise<GuestPass>;
}

/** What the relay gives a guest. */
export interface GuestPass {
  token: string;
  user: User;
}

/**
 * Makes a guest's identity. The browser keeps a random key, and the relay makes the same guest of the same key
 * again; the key opens no room by itself, and the token that does is kept in memory only.
 *
 * @param desk The address that makes guests, http or https, with the app where one is named; it also names the guest in storage.
 * @param firstName Unless another one was chosen with `rename`.
 */
export function makeGuest(
  desk: string,
  storage: ChatStorage,
  fetch: typeof globalThis.fetch,
  firstName?: string,
): Guest {
  const keyPlace = `natter:guest:${desk}`;
  const namePlace = `${keyPlace}:name`;

  const post = async (name: string | undefined): Promise<GuestPass> => {
    const key = storage.get(keyPlace) ?? randomKey();
    storage.set(keyPlace, key);
    const response = await fetch(desk, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, key }),
    });
    const { error, ...pass } = (await response.json()) as GuestPass & {
      error?: Parameters<typeof errorOf>[0];
    };
    if (!error) return pass;
    throw errorOf({ ...error, retryAfter: Number(response.headers.get("retry-after")) * 1000 });
  };

  return {
    token: async () => (await post(storage.get(namePlace) ?? firstName)).token,
    async rename(name) {
      const pass = await post(name);
      storage.set(namePlace, name);
      return pass;
    },
  };
}

/** 128 random bits as base64url. */
function randomKey(): string {
  const bits = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)));
  return btoa(bits).replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);
}
