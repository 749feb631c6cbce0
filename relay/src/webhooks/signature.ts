import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** Bytes that a secret may have, by the Standard Webhooks scheme. */
const MIN_BYTES = 24;
const MAX_BYTES = 64;

/** The key that a secret such as `whsec_MfKQ9r…` stands for; undefined when it is none. */
export function readWebhookSecret(secret: string): Buffer | undefined {
  const base64 = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : "";
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const key = Buffer.from(base64, "base64");
  return key.length >= MIN_BYTES && key.length <= MAX_BYTES ? key : undefined;
}

/** The headers that say who a delivery is from, and that nobody has changed it. `at`: seconds since 1970. */
export function signedHeaders(
  keys: readonly Buffer[],
  { id, at, body }: { id: string; at: number; body: string },
): Record<string, string> {
  const signed = `${id}.${at}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
  return { "webhook-id": id, "webhook-timestamp": String(at), "webhook-signature": signatures.join(" ") };
}
