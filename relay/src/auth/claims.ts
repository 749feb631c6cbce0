import { isRole, isVerb, LIMITS, type User, type Verb } from "@natter/sdk/protocol";
import type { Grant, Rule } from "./permissions.ts";

/** What a verified token says: who, until when, and what they may do where. */
export interface Identity {
  user: User;
  /** The app's id. */
  app: string;
  /** When the token ends, in ms since 1970. */
  expiresAt: number;
  /** When it was issued, in ms since 1970, if it says so. */
  issuedAt?: number;
  /** Names this token, if it has a name. */
  tokenId?: string;
  /** Of the key that has verified the token. */
  keyFingerprint?: string;
  /** Absent when the token names no rooms: then the app's default role holds in every room. */
  rules?: readonly Rule[];
}

/** What a token's signature covers, once it was found good. */
export type Payload = Record<string, unknown>;

/** The claims as an identity, or a sentence that says which claim is wrong and how it should be. */
export type ClaimsResult = { ok: true; identity: Identity } | { ok: false; message: string };

/** How far the clocks of a token's maker and of this relay may differ. */
export const CLOCK_TOLERANCE_MS = 10_000;

/**
 * Reads the claims of a token whose signature and times were checked. Stricter than JWT libraries are: `exp`
 * must be there, `sub` must be a clean text, and a lifetime has a cap.
 *
 * @param maxLifetimeMs the longest life that the app allows a token; counted from `iat`, or from now without
 * @param keyFingerprint of the key that has verified it
 */
export function readClaims(
  payload: Payload,
  app: string,
  now: number,
  maxLifetimeMs: number,
  keyFingerprint?: string,
): ClaimsResult {
  const { sub, exp, iat, jti } = payload;
  if (
    typeof sub !== "string" ||
    sub === "" ||
    sub.length > LIMITS.userIdLength ||
    /[\p{Cc}\p{Cs}]/u.test(sub)
  ) {
    return refuse(
      `\`sub\` must be a text of 1 to ${LIMITS.userIdLength} characters without control characters.`,
    );
  }
  if (!Number.isSafeInteger(exp)) return refuse("`exp` must be there, as whole seconds since 1970.");
  const expiresAt = (exp as number) * 1000;
  if (iat !== undefined && !Number.isFinite(iat))
    return refuse("`iat` must be seconds since 1970, if it is there.");
  const issuedAt = iat === undefined ? undefined : (iat as number) * 1000;
  // From tomorrow, any lifetime would look short.
  if (issuedAt !== undefined && issuedAt > now + CLOCK_TOLERANCE_MS) {
    return refuse("`iat` is in the future; check the clocks.");
  }
  if (expiresAt - (issuedAt ?? now) > maxLifetimeMs + CAP_SLACK_MS) {
    return refuse(
      `a token may live ${Math.round(maxLifetimeMs / 86_400_000)} days at most; bring \`exp\` nearer.`,
    );
  }
  const rules = readRules(payload["rooms"]);
  if (!rules.ok) return refuse(rules.message);
  return {
    ok: true,
    identity: {
      user: readUser(sub, payload),
      app,
      expiresAt,
      ...(issuedAt !== undefined && { issuedAt }),
      ...(typeof jti === "string" && { tokenId: jti }),
      ...(rules.rules && { rules: rules.rules }),
      ...(keyFingerprint !== undefined && { keyFingerprint }),
    },
  };
}

// A token made for exactly the cap on a machine whose clock is a little ahead is no mistake.
const CAP_SLACK_MS = 60_000;

function readUser(id: string, payload: Payload): User {
  const { name, picture } = payload;
  return {
    id,
    name: (typeof name === "string" && cleanName(name)) || id,
    ...(isHttps(picture) && { picture }),
  };
}

/** What most names are, and has nothing to clean: printable ASCII within the limit, without space at its ends. */
const PLAIN_NAME = new RegExp(`^[!-~](?:[ -~]{0,${LIMITS.userNameLength - 2}}[!-~])?$`);

/**
 * A display name without what could break a line, turn its neighbours around or pass for another name, cut to
 * the limit.
 */
export function cleanName(name: string): string {
  if (PLAIN_NAME.test(name)) return name;
  const points = [
    ...name.normalize("NFC").replaceAll(/[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu, ""),
  ];
  return points.slice(0, LIMITS.userNameLength).join("").trim();
}

function isHttps(picture: unknown): picture is string {
  if (typeof picture !== "string" || picture.length > LIMITS.pictureLength) return false;
  return URL.canParse(picture) && new URL(picture).protocol === "https:";
}

type RulesResult = { ok: true; rules?: readonly Rule[] } | { ok: false; message: string };

function readRules(rooms: unknown): RulesResult {
  if (rooms === undefined) return { ok: true };
  if (typeof rooms !== "object" || rooms === null || Array.isArray(rooms)) {
    return { ok: false, message: "`rooms` must be an object from patterns to a role or a list of verbs." };
  }
  const rules: Rule[] = [];
  for (const [pattern, value] of Object.entries(rooms)) {
    const grant = readGrant(value);
    if (!grant) {
      return {
        ok: false,
        message: `\`rooms\` gives ${JSON.stringify(pattern)} neither a known role nor a list of known verbs.`,
      };
    }
    rules.push({ pattern: pattern.normalize("NFC"), grant });
  }
  return { ok: true, rules };
}

function readGrant(value: unknown): Grant | undefined {
  if (isRole(value)) return { role: value };
  // `admin` opens the HTTP API of the whole app, so it comes with the role and never as a verb among others.
  if (!Array.isArray(value) || !value.every((verb): verb is Verb => isVerb(verb) && verb !== "admin"))
    return undefined;
  return { verbs: value };
}

function refuse(message: string): ClaimsResult {
  return { ok: false, message };
}
