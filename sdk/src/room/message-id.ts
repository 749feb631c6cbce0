/**
 * Makes a UUIDv7: 48 bits of time, 74 of chance. Ids of one client sort by time, which keeps the relay's index
 * of them compact; chance makes two clients' ids differ.
 *
 * @param now Milliseconds since 1970.
 */
export function messageId(now: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const chance = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = now.toString(16).padStart(12, "0");
  const variant = "89ab".charAt((bytes[0] ?? 0) & 3);
  return `${time}7${chance.slice(2, 5)}${variant}${chance.slice(5)}`.replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12}).*/,
    "$1-$2-$3-$4-$5",
  );
}
