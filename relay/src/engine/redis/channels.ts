/** The listeners of one channel. */
interface Channel {
  listeners: Set<{ hear: (payload: string) => void }>;
  /** Settles when it is subscribed for the first time, or cannot be. */
  ready: Promise<void>;
}

/** Who listens to which channel: each is subscribed once, however many listen. */
export class Channels {
  readonly #subscribe: (channel: string) => Promise<void>;
  readonly #unsubscribe: (channel: string) => void;
  readonly #open = new Map<string, Channel>();

  constructor(subscribe: (channel: string) => Promise<void>, unsubscribe: (channel: string) => void) {
    this.#subscribe = subscribe;
    this.#unsubscribe = unsubscribe;
  }

  /** The names of all channels that somebody listens to. */
  names(): string[] {
    return [...this.#open.keys()];
  }

  /** Adds a listener. Resolves when the channel is subscribed, with what removes it; rejects when it cannot be. */
  async listen(name: string, hear: (payload: string) => void): Promise<() => void> {
    const channel = this.#open.get(name) ?? this.#begin(name);
    // Of its own, so that one function may listen twice.
    const listener = { hear };
    channel.listeners.add(listener);
    const stop = (): void => {
      if (!channel.listeners.delete(listener) || channel.listeners.size > 0) return;
      this.#open.delete(name);
      this.#unsubscribe(name);
    };
    try {
      await channel.ready;
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  /** Hands out what was pushed. */
  readonly onPush = (name: string, payload: string): void => {
    for (const { hear } of [...(this.#open.get(name)?.listeners ?? [])]) hear(payload);
  };

  #begin(name: string): Channel {
    const channel: Channel = { listeners: new Set(), ready: this.#subscribe(name) };
    this.#open.set(name, channel);
    return channel;
  }
}
