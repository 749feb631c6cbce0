import { createHmac, createSecretKey, type BinaryLike } from "node:crypto";

/** The secret of the relays in tests. */
export const SECRET = "a secret of tests, with more than thirty-two bytes";
export const KEY = createSecretKey(Buffer.from(SECRET));

/** Signs anything as a JWT, right or wrong, without a library that would refuse to. */
export function forge(
  payload: unknown,
  options: { header?: object; hash?: string; secret?: BinaryLike } = {},
): string {
  const { header = {}, hash = "sha256", secret = SECRET } = options;
  const head = encode({ alg: "HS256", typ: "JWT", ...header });
  const body = encode(payload);
  const signature = createHmac(hash, secret).update(`${head}.${body}`).digest("base64url");
  return `${head}.${body}.${signature}`;
}

function encode(json: unknown): string {
  return Buffer.from(typeof json === "string" ? json : JSON.stringify(json)).toString("base64url");
}
