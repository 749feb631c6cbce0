/** How many slots the keys of a Cluster fall into. */
export const SLOTS = 16_384;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The slot of a key, as Redis Cluster counts it: a CRC16 of what stands in its first braces, or of the whole. */
export function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tagOf(key))) crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ byte] ?? 0);
  return crc % SLOTS;
}

function tagOf(key: string): string {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}

/** One stretch of slots and the master that has them. */
export interface Range {
  from: number;
  to: number;
  host: string;
  port: number;
}

/**
 * Reads the answer to `CLUSTER SLOTS`.
 *
 * @param asked the host that answered: a node that does not know its own name leaves it out
 */
export function readRanges(reply: unknown, asked: string): Range[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((entry: unknown): Range[] => {
    if (!Array.isArray(entry)) return [];
    const [from, to, master] = entry as unknown[];
    if (typeof from !== "number" || typeof to !== "number" || !Array.isArray(master)) return [];
    const [host, port] = master as unknown[];
    const name = typeof host === "string" && host !== "" && host !== "?" ? host : asked;
    return typeof port === "number" ? [{ from, to, host: name, port }] : [];
  });
}

/** Where a key is served instead, as a node says it: `MOVED 3999 127.0.0.1:6381`, or `ASK` for this once. */
export interface Redirection {
  kind: "MOVED" | "ASK";
  slot: number;
  /** Empty for the host that said so. */
  host: string;
  port: number;
}

/** Reads a redirection from the text of an error; undefined when it is none. */
export function readRedirection(message: string): Redirection | undefined {
  const [, kind, slot, host = "", port] = /^(MOVED|ASK) (\d+) (\S*):(\d+)$/.exec(message.trim()) ?? [];
  if (kind !== "MOVED" && kind !== "ASK") return undefined;
  return { kind, slot: Number(slot), host: host === "?" ? "" : host, port: Number(port) };
}
