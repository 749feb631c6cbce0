import { hint } from "../option-check.ts";
import { OptionError } from "../options.ts";

/** The algorithms that a key may be for. A key is for one; the token has no say. */
export const ALGORITHMS = ["HS256", "RS256", "ES256"] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** A key of an app, as its operator writes it down: exactly one of `secret`, `publicKey` and `jwksUrl`. */
export interface KeyOptions {
  /** The name under which tokens ask for this key, in their header. A JWKS names its keys itself. */
  kid?: string;
  alg: Algorithm;
  /** For HS256: at least 32 bytes. */
  secret?: string;
  /** For RS256 and ES256: the public key, or its certificate, as PEM. */
  publicKey?: string;
  /** For RS256 and ES256: where an identity provider publishes its keys. */
  jwksUrl?: string;
  /** What a token's `iss` must be; absent: anything. */
  issuer?: string;
  /** What a token's `aud` must name, in place of the app's id. */
  audience?: string;
}

/** Keys of one app. Each may have to be tried for a token that names none. */
export const MAX_KEYS = 10;

const FIELDS = ["kid", "alg", "secret", "publicKey", "jwksUrl", "issuer", "audience"] as const;
const SOURCES = ["secret", "publicKey", "jwksUrl"] as const;

/**
 * Checks an app's keys as they were written down. What a secret or a PEM says is found out when it is made into a
 * key.
 *
 * @param shown what sentences begin with, such as `App "shop"`
 * @throws OptionError for the first that is wrong; no secret is ever repeated
 */
export function checkKeys(value: unknown, shown: string): readonly KeyOptions[] {
  if (!Array.isArray(value)) throw new OptionError(`${shown}: \`keys\` must be a list of keys.`);
  if (value.length > MAX_KEYS) throw new OptionError(`${shown}: there may be ${MAX_KEYS} keys at most.`);
  const keys = value.map((key, at) => checkKey(key, `${shown}, key ${at + 1}`));
  const kids = keys.flatMap(({ kid }) => kid ?? []);
  const twice = kids.find((kid, at) => kids.indexOf(kid) !== at);
  if (twice !== undefined)
    throw new OptionError(`${shown}: two keys have the \`kid\` ${JSON.stringify(twice)}.`);
  return keys;
}

/** The name of a key in sentences. */
export function keyName({ kid }: { kid?: string }, shown: string): string {
  return kid === undefined ? shown : `${shown} (${kid})`;
}

function checkKey(value: unknown, shown: string): KeyOptions {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new OptionError(
      `${shown} must be an object such as {"kid": "2027", "alg": "HS256", "secret": "…"}.`,
    );
  for (const [name, text] of Object.entries(value)) {
    if (!(FIELDS as readonly string[]).includes(name))
      throw new OptionError(`${shown} has an unknown \`${name}\`.${hint(name, FIELDS)}`);
    if (typeof text !== "string" || text === "")
      throw new OptionError(`${shown}: \`${name}\` must be a text that is not empty.`);
  }
  const key = value as KeyOptions;
  const { kid, alg } = key;
  if (kid !== undefined && (kid.length > 256 || /\p{Cc}/u.test(kid)))
    throw new OptionError(`${shown}: \`kid\` must be 1 to 256 characters without control characters.`);
  if (!ALGORITHMS.includes(alg))
    throw new OptionError(`${shown}: \`alg\` must be one of ${ALGORITHMS.join(", ")}.`);
  checkSource(key, shown);
  return key;
}

function checkSource(key: KeyOptions, shown: string): void {
  const given = SOURCES.filter((name) => key[name] !== undefined);
  const [source, other] = given;
  if (source === undefined || other !== undefined)
    throw new OptionError(`${shown} must have exactly one of \`secret\`, \`publicKey\` and \`jwksUrl\`.`);
  if ((key.alg === "HS256") !== (source === "secret"))
    throw new OptionError(
      `${shown}: ${key.alg} needs ${key.alg === "HS256" ? "a `secret`" : "a `publicKey` or a `jwksUrl`"}, not a \`${source}\`.`,
    );
  if (key.jwksUrl === undefined) return;
  if (key.kid !== undefined)
    throw new OptionError(`${shown}: a JWKS names its keys itself; leave \`kid\` out.`);
  if (!isFetchable(key.jwksUrl))
    throw new OptionError(`${shown}: \`jwksUrl\` must be an https address (http only on this machine).`);
}

/** Keys that came over a line that somebody else can write to would be somebody else's keys. */
function isFetchable(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== "" || password !== "") return false;
  const isHere = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && isHere);
}
