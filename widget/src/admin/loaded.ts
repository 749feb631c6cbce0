import type { ReactiveController, ReactiveControllerHost } from "lit";

/** What was asked for: on its way, there, or refused; what was there before stays to be looked at. */
export type Load<T> =
  | { kind: "loading"; value?: T }
  | { kind: "ready"; value: T }
  | { kind: "failed"; error: unknown; value?: T };

/** Asks for something when its host comes, and again every so often while anybody looks at the page. */
export class Loaded<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #ask: () => Promise<T>;
  readonly #everyMs: number;
  readonly #onFailure: (error: unknown) => void;
  #load: Load<T> = { kind: "loading" };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;

  /** @param everyMs pause between an answer and the next question */
  constructor(
    host: ReactiveControllerHost,
    everyMs: number,
    ask: () => Promise<T>,
    onFailure: (error: unknown) => void,
  ) {
    this.#host = host;
    this.#ask = ask;
    this.#everyMs = everyMs;
    this.#onFailure = onFailure;
    host.addController(this);
  }

  get load(): Load<T> {
    return this.#load;
  }

  /** What is there, as it was told last. */
  get value(): T | undefined {
    return this.#load.value;
  }

  hostConnected(): void {
    void this.again();
  }

  hostDisconnected(): void {
    this.#run++;
    clearTimeout(this.#timer);
  }

  /** Asks for something else: what was there is not shown any more. */
  anew(): Promise<void> {
    this.#load = { kind: "loading" };
    this.#host.requestUpdate();
    return this.again();
  }

  /** Asks now. An answer that comes after a later question counts for nothing. */
  async again(): Promise<void> {
    clearTimeout(this.#timer);
    const run = ++this.#run;
    const next = await this.#ask().then(
      (value): Load<T> => ({ kind: "ready", value }),
      (error: unknown): Load<T> => ({ kind: "failed", error, ...this.#kept }),
    );
    if (run !== this.#run) return;
    this.#load = next;
    if (next.kind === "failed") this.#onFailure(next.error);
    this.#host.requestUpdate();
    this.#timer = setTimeout(() => this.#onTime(), this.#everyMs);
  }

  get #kept(): { value?: T } {
    const { value } = this.#load;
    return value === undefined ? {} : { value };
  }

  #onTime(): void {
    // Nobody looks: the relay has better things to do.
    if (document.hidden) this.#timer = setTimeout(() => this.#onTime(), this.#everyMs);
    else void this.again();
  }
}
