/**
 * Makes a UUIDv7: 48 bits of time, 74 of chance. Ids of one client sort by time, which keeps the relay's index
 * of them compact; chance makes two clients' ids differ.
 *
 * @param now Milliseconds since 1970.
 */
export function messageId(now: number): string {
  const [a = 0, b = 0, ...rest] = crypto.getRandomValues(new Uint16Array(5));
  const time = hex(now, 12);
  const version = hex(0x7000 | (a & 0x0fff), 4);
  const variant = hex(0x8000 | (b & 0x3fff), 4);
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${rest.map((part) => hex(part, 4)).join("")}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
