/**
 * Where the SDK keeps what must outlive the page: unsent messages, and the random key by which a guest stays
 * the same guest. Tokens are never put here.
 *
 * All calls are synchronous and may throw; the SDK then goes on in memory.
 */
export interface ChatStorage {
  get(key: string): string | null | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** Forgets everything with the page. */
export function memoryStorage(): ChatStorage {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
}

/** The browser's localStorage. Throws where there is none, or where the page may not use it. */
const browserStorage: ChatStorage = {
  get: (key) => localStorage.getItem(key),
  set: (key, value) => localStorage.setItem(key, value),
  remove: (key) => localStorage.removeItem(key),
};

/**
 * Wraps a storage so that it never throws: what it cannot hold (a full disk, a sandboxed frame, a server) is
 * held in memory until the page goes.
 */
export function safeStorage(storage: ChatStorage = browserStorage): ChatStorage {
  const memory = memoryStorage();
  const attempt = <T>(run: (storage: ChatStorage) => T): T => {
    try {
      return run(storage);
    } catch {
      return run(memory);
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((held) => held.get(key)),
    set(key, value) {
      memory.remove(key);
      attempt((held) => held.set(key, value));
    },
    // What memory holds is newer, and goes with it.
    remove(key) {
      memory.remove(key);
      attempt((held) => held.remove(key));
    },
  };
}
