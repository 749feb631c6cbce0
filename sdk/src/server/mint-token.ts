import { ChatError } from "../chat-error.ts";
import { LIMITS, isRole, isVerb, type Role, type Verb } from "../protocol/index.ts";

/** Who a token is for, where it opens doors, and for how long. */
export interface TokenClaims {
  /** The user's id with you: 1 to 128 characters. Whoever has the same id is the same user. */
  sub: string;
  /** What others see; the id if not given. */
  name?: string;
  /** The address of a picture: https. */
  picture?: string;
  /**
   * Room name, or a prefix that ends in `*` → a role or a list of verbs; the longest that fits decides. Without
   * it the app's default role holds in every room.
   */
  rooms?: Record<string, Role | Verb[]>;
  /** The app's id, on a relay that serves several. */
  aud?: string;
  /** How long it holds: seconds, or a text such as `90s`, `15m`, `1h`, `7d`. Short is better: clients renew. */
  expiresIn: number | string;
}

/** What else a token may say, for special cases. */
export interface MintOptions {
  /** Names the key, where an app has several. */
  kid?: string;
  /** Milliseconds since 1970; for tests. */
  now?: number;
}

/** HS256 with a shorter secret can be guessed from a single token. */
const SECRET_BYTES = 32;

/**
 * Makes a token that lets a user into your rooms, signed with HS256. For your back end only: whoever has the
 * secret can be anybody.
 *
 * @param secret What the relay was given: at least 32 bytes.
 * @throws {ChatError} `invalid`, as a rejection, with a sentence that names what is wrong.
 *
 * @example
 * const token = await mintToken({ sub: user.id, name: user.name, expiresIn: "15m" }, process.env.NATTER_SECRET);
 */
export async function mintToken(
  claims: TokenClaims,
  secret: string | Uint8Array,
  options: MintOptions = {},
): Promise<string> {
  const key = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  if (!(key instanceof Uint8Array) || key.length < SECRET_BYTES) {
    throw invalid(`the secret must have at least ${SECRET_BYTES} bytes`);
  }
  const issuedAt = Math.floor((options.now ?? Date.now()) / 1000);
  const header = { alg: "HS256", typ: "JWT", ...(options.kid !== undefined && { kid: options.kid }) };
  const signed = `${encode(header)}.${encode(payloadOf(claims, issuedAt))}`;
  return `${signed}.${await sign(signed, key)}`;
}

function payloadOf(claims: TokenClaims, issuedAt: number): object {
  const { sub, name, picture, rooms, aud, expiresIn } = claims;
  requireText("sub", sub, LIMITS.userIdLength);
  if (name !== undefined) requireText("name", name, LIMITS.userNameLength);
  if (aud !== undefined) requireText("aud", aud, LIMITS.userIdLength);
  if (picture !== undefined) requireAddress(picture);
  if (rooms !== undefined) checkRooms(rooms);
  return {
    sub,
    ...(name !== undefined && { name }),
    ...(picture !== undefined && { picture }),
    ...(rooms !== undefined && { rooms }),
    ...(aud !== undefined && { aud }),
    iat: issuedAt,
    exp: issuedAt + secondsOf(expiresIn),
  };
}

function requireText(claim: string, value: unknown, length: number): void {
  if (typeof value === "string" && value !== "" && value.length <= length && !/[\p{Cc}\p{Cs}]/u.test(value))
    return;
  throw invalid(`\`${claim}\` must be a text of 1 to ${length} characters without control characters`);
}

function requireAddress(picture: string): void {
  requireText("picture", picture, LIMITS.pictureLength);
  if (!picture.startsWith("https://")) throw invalid("`picture` must be an https address");
}

function checkRooms(rooms: unknown): void {
  if (typeof rooms !== "object" || rooms === null || Array.isArray(rooms)) {
    throw invalid("`rooms` must be an object: room name or prefix* → role or list of verbs");
  }
  for (const [pattern, grant] of Object.entries(rooms)) {
    if (isRole(grant) || (Array.isArray(grant) && grant.every(isVerb))) continue;
    throw invalid(
      `\`rooms\` gives ${JSON.stringify(pattern)} something that is neither a role nor a list of verbs`,
    );
  }
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function secondsOf(expiresIn: unknown): number {
  const [, count, unit = "s"] = /^(\d+)([smhd]?)$/.exec(String(expiresIn)) ?? [];
  const seconds = Number(count) * (UNITS[unit || "s"] ?? 0);
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw invalid("`expiresIn` must be whole seconds above 0, or a text such as 90s, 15m, 1h, 7d");
}

async function sign(text: string, key: Uint8Array): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  // A copy, because a view may be a window on something larger.
  const imported = await crypto.subtle.importKey("raw", Uint8Array.from(key), algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text));
  return base64url(new Uint8Array(signature));
}

function encode(part: object): string {
  return base64url(new TextEncoder().encode(JSON.stringify(part)));
}

function base64url(bytes: Uint8Array): string {
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function invalid(what: string): ChatError {
  return new ChatError("invalid", `No token was made: ${what}.`);
}
