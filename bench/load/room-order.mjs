// The check of every delivery: each connection of a room must be given the room's messages, all of them, once each, in
// one order for all, and nothing else.
import { eachMessage } from "./text.mjs";

/** A delivery that must not be. The run in which it happens counts for nothing. */
export class WrongDelivery extends Error {}

/**
 * A frame that some connection was given, and what was in it.
 *
 * @typedef {object} KnownFrame
 * @property {Buffer} bytes as on the wire, header and all
 * @property {number} count its messages
 * @property {number} left connections that have not come past it
 */

/**
 * The order of one room's messages. Whoever is given a message first defines its place; everybody else must be given
 * it at the same place. Servers give most members the same bytes, so these are kept and compared as a whole: a frame
 * is decoded once, and once more for each member who was given its messages in other frames.
 */
export class RoomOrder {
  /** How many messages are known. */
  count = 0;
  /** Two threads that saw the same messages in the same order have the same. */
  fingerprint = 0;
  #name;
  #firstSender;
  #members;
  /** The next number of each sender. @type {number[]} */
  #next;
  /** @type {number[]} */
  #senders = [];
  /** @type {number[]} */
  #numbers = [];
  /** @type {number[]} */
  #dues = [];
  /** By the place of their first message. @type {Map<number, KnownFrame>} */
  #frames = new Map();

  /**
   * @param {string} name for what went wrong
   * @param {number} firstSender the room's senders are this one and those after it
   * @param {number} senders how many
   * @param {number} members how many connections will be checked against this
   */
  constructor(name, firstSender, senders, members) {
    this.#name = name;
    this.#firstSender = firstSender;
    this.#members = members;
    this.#next = Array.from({ length: senders }, () => 0);
  }

  /** @param {number} place */
  senderAt(place) {
    return this.#senders[place];
  }

  /** When the message was meant to leave, in µs. @param {number} place */
  dueAt(place) {
    return this.#dues[place] ?? Number.NaN;
  }

  /**
   * The messages of a frame that was seen before, if `bytes` go on with it.
   *
   * @param {number} place where the connection stands
   * @param {Buffer} bytes
   * @param {number} at
   * @param {number} end
   * @returns {KnownFrame | undefined}
   */
  known(place, bytes, at, end) {
    const frame = this.#frames.get(place);
    if (frame === undefined) return undefined;
    const stop = at + frame.bytes.length;
    if (stop > end || frame.bytes.compare(bytes, at, stop) !== 0) return undefined;
    if (--frame.left === 0) this.#frames.delete(place);
    return frame;
  }

  /**
   * Checks a payload message by message.
   *
   * @param {number} place where the connection stands
   * @param {Buffer} bytes
   * @param {number} start
   * @param {number} end
   * @param {number} wireStart where its frame begins, or -1 if it came in several
   * @returns {number} where the connection stands now
   * @throws {WrongDelivery}
   */
  read(place, bytes, start, end, wireStart) {
    let next = place;
    eachMessage(bytes, start, end, (sender, number, dueUs) => {
      if (next === this.count) this.#define(sender, number, dueUs);
      else if (this.#senders[next] !== sender || this.#numbers[next] !== number) {
        throw this.#wrong(next, sender, number);
      }
      next++;
    });
    if (next > place && wireStart !== -1 && this.#members > 1) {
      const frame = Buffer.from(bytes.subarray(wireStart, end));
      this.#frames.set(place, { bytes: frame, count: next - place, left: this.#members - 1 });
    }
    return next;
  }

  /** @param {number} sender @param {number} number @param {number} dueUs */
  #define(sender, number, dueUs) {
    const own = sender - this.#firstSender;
    if (number !== this.#next[own]) throw this.#wrong(this.count, sender, number);
    this.#next[own] = number + 1;
    this.#senders.push(sender);
    this.#numbers.push(number);
    this.#dues.push(dueUs);
    this.fingerprint = (Math.imul(this.fingerprint, 31) + sender * 65_599 + number) | 0;
    this.count++;
  }

  /** @param {number} place @param {number} sender @param {number} number */
  #wrong(place, sender, number) {
    const what = `message ${number} of sender ${sender}`;
    if (this.#next[sender - this.#firstSender] === undefined) {
      return new WrongDelivery(`In room ${this.#name} came ${what}, which was said in another room.`);
    }
    const earlier = this.#find(sender, number, place);
    if (earlier !== -1) return new WrongDelivery(`In room ${this.#name} came ${what} twice.`);
    return new WrongDelivery(
      `In room ${this.#name} came ${what} at place ${place}, where others have another or one is missing.`,
    );
  }

  /** @param {number} sender @param {number} number @param {number} before */
  #find(sender, number, before) {
    for (let place = 0; place < before; place++) {
      if (this.#senders[place] === sender && this.#numbers[place] === number) return place;
    }
    return -1;
  }
}
