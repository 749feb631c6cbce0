import type { NameChoice } from "./composer/composer.ts";
import type { Chat } from "./sdk.ts";

/**
 * The guest's name: asked for once on each device and relay. The SDK keeps the name itself; here is kept only
 * that it was asked for.
 */
export function guestName(chat: Chat, relay: string): NameChoice {
  const key = `natter:named:${new URL(relay).href}`;
  return {
    wanted: kept(key) === undefined,
    current: chat.user?.name,
    async choose(name) {
      await chat.rename(name);
      keep(key);
    },
  };
}

// Where a page's storage is closed to scripts, what is kept lasts as long as the page.
const keptHere = new Set<string>();

function kept(key: string): true | undefined {
  if (keptHere.has(key)) return true;
  try {
    return localStorage.getItem(key) === null ? undefined : true;
  } catch {
    return undefined;
  }
}

function keep(key: string): void {
  keptHere.add(key);
  try {
    localStorage.setItem(key, "1");
  } catch {
    // Then it is asked again on the next page.
  }
}
