import { createHash, createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import type { Algorithm, KeyOptions } from "./key-options.ts";
import { OptionError } from "../options.ts";

/** A key that tokens are verified with, made once. */
export interface VerifyKey {
  /** The same for the same key, over reloads. */
  fingerprint: string;
  kid?: string;
  alg: Algorithm;
  key: KeyObject;
  /** What a token's `iss` must be. */
  issuer?: string;
  /** What a token's `aud` must name, in place of the app's id. */
  audience?: string;
}

/** Fewer bytes than the hash's own length make a secret that can be guessed (RFC 7518, 3.2). */
export const MIN_SECRET_BYTES = 32;

/** Below this an RSA key can be factored (RFC 7518, 3.3). */
const MIN_RSA_BITS = 2048;

/** Secrets that stand in documents, and so belong to nobody. */
const SAMPLES = new Set([
  "change-me-change-me-change-me-change-me",
  "your-256-bit-secret-your-256-bit-secret",
]);

/**
 * Makes the key for HS256 once: with a text, the library would make it anew for every token, which costs fifty
 * times the verification itself.
 *
 * @throws RangeError when the secret has under 32 bytes
 */
export function secretKey(secret: string): KeyObject {
  const bytes = Buffer.from(secret, "utf8");
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new RangeError(`The secret has ${bytes.length} bytes; HS256 needs at least ${MIN_SECRET_BYTES}.`);
  }
  return createSecretKey(bytes);
}

/** A secret from a document would let in everybody who has read it. */
export function isSampleSecret(secret: string): boolean {
  return SAMPLES.has(secret);
}

/**
 * Makes a key of an operator's words.
 *
 * @param shown what the sentence begins with, such as `App "shop", key 1`
 * @throws OptionError when it is none, too weak, or private
 */
export function makeKey(options: Omit<KeyOptions, "jwksUrl">, shown: string): VerifyKey {
  const { secret, publicKey, ...rest } = options;
  if (secret !== undefined) return verifyKey(rest, secretOf(secret, shown));
  const key = publicKeyOf(publicKey ?? "", shown);
  const wrong = whyUnfit(key, options.alg);
  if (wrong !== undefined) throw new OptionError(`${shown}: ${wrong}`);
  return verifyKey(rest, key);
}

/** A key with its fingerprint. */
export function verifyKey(
  { kid, alg, issuer, audience }: Pick<KeyOptions, "kid" | "alg" | "issuer" | "audience">,
  key: KeyObject,
): VerifyKey {
  return {
    fingerprint: fingerprintOf(key, alg),
    ...(kid !== undefined && { kid }),
    alg,
    key,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
}

/** Why a public key cannot be used for an algorithm, as a sentence; undefined when it can. */
export function whyUnfit(key: KeyObject, alg: Algorithm): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  switch (alg) {
    case "RS256":
      if (type !== "rsa") return `RS256 needs an RSA key, and this is one of type ${type ?? "secret"}.`;
      if ((details.modulusLength ?? 0) >= MIN_RSA_BITS) return undefined;
      return `this RSA key has ${details.modulusLength ?? 0} bits; RS256 needs at least ${MIN_RSA_BITS}.`;
    case "ES256":
      if (type === "ec" && details.namedCurve === "prime256v1") return undefined;
      return `ES256 needs a key on the curve P-256, and this is one of type ${type ?? "secret"}${details.namedCurve === undefined ? "" : ` on ${details.namedCurve}`}.`;
    case "HS256":
      return "HS256 needs a secret.";
    default:
      return alg satisfies never;
  }
}

function secretOf(secret: string, shown: string): KeyObject {
  if (isSampleSecret(secret))
    throw new OptionError(`${shown}: the secret is a sample from a document; make one of your own.`);
  try {
    return secretKey(secret);
  } catch (error) {
    const why = `${(error as Error).message} Make one with: openssl rand -base64 32`;
    throw new OptionError(`${shown}: ${why}`, { cause: error });
  }
}

function publicKeyOf(pem: string, shown: string): KeyObject {
  // Node would take the public half of it, and the private one would lie in a file where nobody needs it.
  if (pem.includes("PRIVATE KEY"))
    throw new OptionError(`${shown}: this is a private key; keep it to yourself, and give the public one.`);
  try {
    return createPublicKey(pem);
  } catch (error) {
    // What Node says of a text that is no PEM may hold parts of it.
    const cause = error instanceof Error && "code" in error ? error.code : undefined;
    throw new OptionError(`${shown}: \`publicKey\` must be a public key or a certificate as PEM.`, { cause });
  }
}

/** It is compared, in this process, and never told to anybody. */
function fingerprintOf(key: KeyObject, alg: Algorithm): string {
  const bytes = key.type === "secret" ? key.export() : key.export({ type: "spki", format: "der" });
  return createHash("sha256").update(`natter key ${alg}\n`).update(bytes).digest("base64url");
}
