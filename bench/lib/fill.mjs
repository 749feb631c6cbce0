// Messages that are there before anything is measured.
import { RawClient } from "./client.mjs";

const WRITERS = 4;
/** Posts that a writer has on their way. */
const AT_ONCE = 500;

/**
 * Posts into a room until it has so many messages.
 *
 * @param {string} url of the relay's socket
 * @param {string} room
 * @param {number} from how many it has
 * @param {number} count how many it shall have
 */
export async function fillRoom(url, room, from, count) {
  await Promise.all(Array.from({ length: WRITERS }, (_, lane) => write(url, room, from + lane, count)));
}

/** @param {string} url @param {string} room @param {number} from @param {number} count */
async function write(url, room, from, count) {
  const writer = await new RawClient(url, `writer-${from}`).open();
  for (let first = from; first < count; first += WRITERS * AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, step) => first + step * WRITERS);
    const posts = numbers.filter((one) => one < count).map((one) => writer.ask(message(room, one)));
    await Promise.all(posts);
  }
  writer.close();
}

/** @param {string} room @param {number} number */
function message(room, number) {
  const text = `Message number ${number}, of a usual length, with some words.`;
  return { type: "post", room, id: `m${number}`, text };
}
