import type { ReactiveController, ReactiveControllerHost } from "lit";

/** How often a part wants to be drawn again though nothing happened: for dates, or for a countdown. */
export type Beat = "second" | "minute";

const BEAT_MS: Record<Beat, number> = { second: 1000, minute: 60_000 };
const listeners = new Map<() => void, Beat>();
let timer: ReturnType<typeof setTimeout> | undefined;
let minute = thisMinute();

/**
 * Runs `run` at each full second or minute, from one timer for the whole page, and at once when a page that
 * was hidden is looked at again. Returns what stops it.
 */
export function onBeat(beat: Beat, run: () => void): () => void {
  if (listeners.size === 0) document.addEventListener("visibilitychange", pageShown);
  listeners.set(run, beat);
  schedule();
  return () => {
    listeners.delete(run);
    if (listeners.size === 0) document.removeEventListener("visibilitychange", pageShown);
    schedule();
  };
}

/** Draws its host again on each beat while the host is connected and `wanted` says that time shows. */
export class PageClock implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #wanted: () => Beat | undefined;
  #beat: Beat | undefined;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, wanted: () => Beat | undefined) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
  }

  hostUpdated(): void {
    this.#follow(this.#wanted());
  }

  hostDisconnected(): void {
    this.#follow(undefined);
  }

  #follow(beat: Beat | undefined): void {
    if (beat === this.#beat) return;
    this.#stop?.();
    this.#beat = beat;
    this.#stop = beat === undefined ? undefined : onBeat(beat, () => this.#host.requestUpdate());
  }
}

function schedule(): void {
  clearTimeout(timer);
  timer = undefined;
  if (listeners.size === 0 || document.hidden) return;
  const step = [...listeners.values()].includes("second") ? BEAT_MS.second : BEAT_MS.minute;
  timer = setTimeout(beatNow, step - (Date.now() % step));
}

function beatNow(): void {
  const newMinute = thisMinute() !== minute;
  minute = thisMinute();
  for (const [run, beat] of [...listeners]) if (beat === "second" || newMinute) run();
  schedule();
}

function thisMinute(): number {
  return Math.floor(Date.now() / BEAT_MS.minute);
}

function pageShown(): void {
  if (!document.hidden) for (const run of [...listeners.keys()]) run();
  schedule();
}
