/** Listeners by name, each with its own kind of value. */
export interface Emitter<Events extends object> {
  /** Adds a listener; what it returns takes exactly this one away again, also if the function was added twice. */
  on<N extends keyof Events>(name: N, listener: (value: Events[N]) => void): () => void;
  /**
   * Tells all listeners of a name. One that throws harms neither the others nor the caller: its error goes to
   * the page's own error reporting, where there is one.
   */
  emit<N extends keyof Events>(name: N, value: Events[N]): void;
}

export function makeEmitter<Events extends object>(): Emitter<Events> {
  const entries = new Set<{ name: keyof Events; listener: (value: never) => void }>();
  return {
    on(name, listener) {
      const entry = { name, listener };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    emit(name, value) {
      for (const entry of [...entries]) {
        try {
          if (entry.name === name) entry.listener(value as never);
        } catch (error) {
          (globalThis as { reportError?: (error: unknown) => void }).reportError?.(error);
        }
      }
    },
  };
}
