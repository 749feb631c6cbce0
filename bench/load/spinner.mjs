// Keeps a loop turning by itself, so that a server never has to wake it: being woken costs the one who wakes.
import { nowUs } from "./clock.mjs";

const NAP_MS = 0.05;
/** Naps begin when nothing was sent and nothing came for so long. */
const AWAKE_US = 1000;
const pillow = new Int32Array(new SharedArrayBuffer(4));

export class Spinner {
  /** Time spent in turns that brought something. */
  busyUs = 0;
  #sent;
  #delivered;
  #before = { sent: 0, delivered: 0 };
  #at = nowUs();
  #awakeUntil = 0;

  /** @param {() => number} sent how many messages so far @param {() => number} delivered how many so far */
  constructor(sent, delivered) {
    this.#sent = sent;
    this.#delivered = delivered;
    this.#turn();
  }

  #turn() {
    const now = nowUs();
    const { sent, delivered } = this.#before;
    this.#before = { sent: this.#sent(), delivered: this.#delivered() };
    const hasCome = this.#before.delivered > delivered;
    if (hasCome) this.busyUs += now - this.#at;
    if (hasCome || this.#before.sent > sent) this.#awakeUntil = now + AWAKE_US;
    // Without naps it would keep the kernel's own threads, which write to the disk for the server, from their work.
    if (now > this.#awakeUntil) Atomics.wait(pillow, 0, 0, NAP_MS);
    this.#at = nowUs();
    setImmediate(() => this.#turn());
  }
}
