import type { Socket } from "node:net";

/** How much a flow holds back before it stops reading: what waits longer waits in the sender's own buffers. */
const HELD_BYTES = 256 * 1024;

/** How many portions a second a throttled flow is cut into. */
const PORTIONS_PER_SECOND = 20;

/** What a throttled flow may make up for when its timer was late: on a busy machine it would else be slower still. */
const SLACK_MS = 250;

/** What came from one side and is to be passed on: bytes, or how that side ended. Not before `at`, in ms. */
type Item =
  { kind: "bytes"; bytes: Buffer; at: number } | { kind: "end"; at: number } | { kind: "reset"; at: number };

/** One direction of a connection: bytes from one socket to another, in order, as fast as it is told to. */
export class Flow {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #onSpent: () => void;
  #items: Item[] = [];
  #heldBytes = 0;
  #passedBytes = 0;
  #state: "open" | "stalled" | "discarding" | "over" = "open";
  #delayMs = 0;
  #bytesPerSecond = Infinity;
  /** Until then a throttled flow is taken up by what it passed last. */
  #busyUntil = 0;
  #leftBytes = Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** @param onSpent told when as many bytes have passed as {@link allow} allowed */
  constructor(source: Socket, sink: Socket, onSpent: () => void) {
    this.#source = source;
    this.#sink = sink;
    this.#onSpent = onSpent;
    source.on("data", (bytes: Buffer) => this.#take({ kind: "bytes", bytes, at: this.#dueAt() }));
    source.on("end", () => this.#take({ kind: "end", at: this.#dueAt() }));
    source.on("error", () => this.#take({ kind: "reset", at: this.#dueAt() }));
    sink.on("drain", () => this.#pass());
  }

  /** Bytes that were passed on so far. */
  get passedBytes(): number {
    return this.#passedBytes;
  }

  stall(): void {
    if (this.#state === "open") this.#become("stalled");
  }

  resume(): void {
    if (this.#state === "stalled") this.#become("open");
  }

  discard(): void {
    if (this.#state !== "over") this.#become("discarding");
  }

  /** Passes nothing any more, and reads what still comes into the void, so that its sender's end is seen. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#items = [];
    this.#heldBytes = 0;
    this.#become("over");
  }

  /** Lets so many bytes more pass, then tells of it in the midst of whatever is on its way. */
  allow(bytes: number): void {
    this.#leftBytes = bytes;
    if (bytes <= 0) this.#onSpent();
    else this.#pass();
  }

  delay(ms: number): void {
    this.#delayMs = ms;
  }

  throttle(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#busyUntil = performance.now();
    this.#pass();
  }

  #become(state: "open" | "stalled" | "discarding" | "over"): void {
    this.#state = state;
    this.#pass();
  }

  /** What came later never overtakes what came before, also when the delay was made shorter meanwhile. */
  #dueAt(): number {
    return Math.max(performance.now() + this.#delayMs, this.#items.at(-1)?.at ?? 0);
  }

  #take(item: Item): void {
    if (this.#state === "over") return;
    this.#items.push(item);
    if (item.kind === "bytes") this.#heldBytes += item.bytes.length;
    this.#pass();
  }

  #pass(): void {
    clearTimeout(this.#timer);
    while (this.#canPass()) {
      const item = this.#items[0];
      if (!item) break;
      const waitMs = Math.max(item.at, this.#busyUntil) - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#pass(), Math.ceil(waitMs));
        break;
      }
      if (item.kind === "bytes") this.#passBytes(item);
      else this.#passEnd(item);
    }
    this.#steer();
  }

  #canPass(): boolean {
    if (this.#state === "discarding") return true;
    return this.#state === "open" && this.#leftBytes > 0 && !this.#sink.writableNeedDrain;
  }

  #passBytes(item: Item & { kind: "bytes" }): void {
    const portion = Math.ceil(this.#bytesPerSecond / PORTIONS_PER_SECOND);
    const bytes = item.bytes.subarray(0, Math.min(portion, this.#leftBytes));
    item.bytes = item.bytes.subarray(bytes.length);
    if (item.bytes.length === 0) this.#items.shift();
    this.#heldBytes -= bytes.length;
    if (this.#state === "discarding") return;
    const from = Math.max(this.#busyUntil, performance.now() - SLACK_MS);
    this.#busyUntil = from + (bytes.length * 1000) / this.#bytesPerSecond;
    this.#passedBytes += bytes.length;
    this.#leftBytes -= bytes.length;
    if (this.#sink.writable) this.#sink.write(bytes);
    if (this.#leftBytes <= 0) this.#onSpent();
  }

  #passEnd(item: Item): void {
    this.finish();
    if (item.kind === "end") this.#sink.end();
    else this.#sink.resetAndDestroy();
  }

  #steer(): void {
    if (this.#state === "stalled" || this.#heldBytes >= HELD_BYTES) this.#source.pause();
    else this.#source.resume();
  }
}
