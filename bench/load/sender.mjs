// A member that also speaks.
import { clientFrame } from "./frames.mjs";
import { nowUs } from "./clock.mjs";
import { textOf } from "./text.mjs";

/** @typedef {import("./connection.mjs").Connection} Connection */

export class Sender {
  /** Messages sent so far. */
  number = 0;
  /** While true, every message of its own that comes back is followed by a new one. */
  answersItself = false;
  id;
  connection;
  /** How many of its own messages have come back since it sent last. */
  #answers = 0;
  #dialect;
  #textBytes;

  /**
   * @param {number} id
   * @param {Connection} connection
   * @param {import("./dialects.mjs").Spoken} dialect
   * @param {number} textBytes
   */
  constructor(id, connection, dialect, textBytes) {
    this.id = id;
    this.connection = connection;
    this.#dialect = dialect;
    this.#textBytes = textBytes;
  }

  /**
   * Sends messages: a frame each, in one packet.
   *
   * @param {number} count
   * @param {number} dueUs when they were meant to leave
   */
  post(count, dueUs) {
    const frames = Array.from({ length: count }, () => this.#frame(dueUs));
    this.connection.socket.write(frames.length === 1 ? (frames[0] ?? "") : Buffer.concat(frames));
  }

  /** Called with the places of messages that its connection was given. @param {number} from @param {number} to */
  onMessages(from, to) {
    if (!this.answersItself) return;
    for (let place = from; place < to; place++) {
      if (this.connection.order.senderAt(place) === this.id) this.#answers++;
    }
  }

  /** Called when all that one read brought was taken in. */
  onReadEnd() {
    if (this.#answers === 0) return;
    this.post(this.#answers, nowUs());
    this.#answers = 0;
  }

  /** @param {number} dueUs */
  #frame(dueUs) {
    const number = this.number++;
    const text = textOf(this.id, number, dueUs, this.#textBytes);
    return clientFrame(this.#dialect.post(this.connection.room, `${this.id}-${number}`, text));
  }
}
