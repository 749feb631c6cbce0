// The text of a measured message: who sent it, which of theirs it is, and when it was meant to leave. Any server may
// wrap it in whatever it likes; the marks are found again in the bytes that arrive.

/** What begins and ends the part that counts. Nothing else that is said on a measured line may contain it. */
const MARK = 0x40; // "@"
const SENDER_DIGITS = 6;
const NUMBER_DIGITS = 8;
const DUE_DIGITS = 16;
const END_AT = 1 + SENDER_DIGITS + NUMBER_DIGITS + DUE_DIGITS;

/** The shortest text there is, in bytes. */
export const MIN_TEXT_BYTES = END_AT + 1;

/**
 * @param {number} sender its number among all senders of a run
 * @param {number} number counts the sender's messages from 0
 * @param {number} dueUs when it was meant to leave, in µs of {@link import("./clock.mjs").nowUs}
 * @param {number} bytes the length wanted
 */
export function textOf(sender, number, dueUs, bytes) {
  const due = String(Math.round(dueUs)).padStart(DUE_DIGITS, "0");
  const head = `@${String(sender).padStart(SENDER_DIGITS, "0")}${String(number).padStart(NUMBER_DIGITS, "0")}${due}@`;
  return head.padEnd(bytes, "-");
}

/**
 * Finds the messages in a payload, in their order.
 *
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} end
 * @param {(sender: number, number: number, dueUs: number) => void} onMessage
 */
export function eachMessage(bytes, start, end, onMessage) {
  let at = start;
  for (;;) {
    at = bytes.indexOf(MARK, at);
    if (at === -1 || at + MIN_TEXT_BYTES > end) return;
    if (bytes[at + END_AT] !== MARK) {
      at++;
      continue;
    }
    const number = at + 1 + SENDER_DIGITS;
    const due = number + NUMBER_DIGITS;
    onMessage(
      decimal(bytes, at + 1, SENDER_DIGITS),
      decimal(bytes, number, NUMBER_DIGITS),
      decimal(bytes, due, DUE_DIGITS),
    );
    at += MIN_TEXT_BYTES;
  }
}

/** @param {Buffer} bytes @param {number} at @param {number} digits */
function decimal(bytes, at, digits) {
  let value = 0;
  for (let index = at; index < at + digits; index++) value = value * 10 + ((bytes[index] ?? 0) - 0x30);
  return value;
}
