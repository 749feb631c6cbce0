/**
 * A set of listeners. A listener that throws harms neither the others nor the caller: its error is handed to
 * the page's own error reporting where there is one.
 */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  get size(): number {
    return this.#listeners.size;
  }

  /** Adds a listener; what it returns takes exactly this one away again, also if the function was added twice. */
  add(listener: (value: T) => void): () => void {
    const entry = (value: T): void => listener(value);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  tell(value: T): void {
    for (const listener of [...this.#listeners]) guarded(() => listener(value));
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** Runs somebody else's function; whatever it throws is reported to the page and goes no further. */
export function guarded(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    (globalThis as { reportError?: (error: unknown) => void }).reportError?.(error);
  }
}

/** Listeners by name, each with its own kind of value. */
export class Emitter<Events extends object> {
  readonly #listeners: { [N in keyof Events]?: Listeners<Events[N]> } = {};

  /** Adds a listener for one name; what it returns takes it away again. */
  on<N extends keyof Events>(name: N, listener: (value: Events[N]) => void): () => void {
    const listeners = (this.#listeners[name] ??= new Listeners<Events[N]>());
    return listeners.add(listener);
  }

  emit<N extends keyof Events>(name: N, value: Events[N]): void {
    this.#listeners[name]?.tell(value);
  }
}
