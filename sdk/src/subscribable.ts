/**
 * A set of listeners. One that throws harms neither the others nor the caller: its error goes to the page's own
 * error reporting, where there is one.
 */
export interface Listeners<T> {
  /** Adds a listener; what it returns takes exactly this one away again, also if the function was added twice. */
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
}

export function makeListeners<T>(): Listeners<T> {
  const entries = new Set<{ listener: (value: T) => void }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    tell(value) {
      for (const { listener } of [...entries]) {
        try {
          listener(value);
        } catch (error) {
          (globalThis as { reportError?: (error: unknown) => void }).reportError?.(error);
        }
      }
    },
  };
}

/** Listeners by name, each with its own kind of value. */
export interface Emitter<Events extends object> {
  on<N extends keyof Events>(name: N, listener: (value: Events[N]) => void): () => void;
  emit<N extends keyof Events>(name: N, value: Events[N]): void;
}

export function makeEmitter<Events extends object>(): Emitter<Events> {
  const listeners: { [N in keyof Events]?: Listeners<Events[N]> } = {};
  return {
    on: (name, listener) => (listeners[name] ??= makeListeners()).add(listener),
    emit: (name, value) => listeners[name]?.tell(value),
  };
}
