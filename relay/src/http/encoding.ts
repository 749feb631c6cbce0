import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** How a text can travel, the smallest first. `identity` is as it is. */
export type Encoding = "br" | "gzip" | "identity";

/**
 * The best encoding that a client takes, by its `Accept-Encoding` header. Only what it names is used: a client
 * that names nothing, or `*`, is sent the text as it is, which every client understands.
 */
export function bestEncoding(accepted: string | undefined): Encoding {
  const taken = (accepted ?? "")
    .toLowerCase()
    .split(",")
    .map((entry) => entry.split(";").map((part) => part.trim()))
    .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)))
    .map(([name]) => name);
  if (taken.includes("br")) return "br";
  return taken.includes("gzip") ? "gzip" : "identity";
}

/** A text in one encoding, as small as that gets: for what is sent many times. Takes a while, in another thread. */
export async function encode(text: string, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Buffer.from(text);
  switch (encoding) {
    case "br":
      return new Uint8Array(await brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    case "gzip":
      return new Uint8Array(await gzipped(bytes, { level: 9 }));
    case "identity":
      return new Uint8Array(bytes);
    default:
      return encoding satisfies never;
  }
}

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
