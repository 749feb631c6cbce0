import { createSecretKey } from "node:crypto";
import { LIMITS } from "@natter/sdk/protocol";
import jwt from "jsonwebtoken";
import type { Plan } from "../../apps/plan.ts";
import { CLOCK_TOLERANCE_MS, readClaims, type Payload } from "../../auth/claims.ts";
import type { Keyring } from "../../auth/keyring.ts";
import { hasThreeParts, kidOf } from "../../auth/peek.ts";
import type { VerifyKey } from "../../auth/verify-key.ts";
import { info, moment, ok, refused, shown, unknown, type Finding } from "./finding.ts";

/** A token as it says that it is. Nothing of it is believed before its signature was found good. */
export interface Written {
  header: Record<string, unknown>;
  payload: Payload;
}

/** Takes a token apart. */
export function formRule(token: string): { finding: Finding; written?: Written } {
  const again = "Copy the token whole: three parts with dots between them, and nothing around them.";
  if (token === "") return { finding: refused("form", "The token is empty.", again) };
  if (token.length > LIMITS.tokenLength) {
    const found = `The token has ${token.length} characters, of at most ${LIMITS.tokenLength}.`;
    return { finding: refused("form", found, "Put less into it.") };
  }
  const written = hasThreeParts(token) ? takeApart(token) : undefined;
  if (!written) return { finding: refused("form", "This is no JWT.", again) };
  if (Object.hasOwn(written.header, "crit")) {
    const found = "The header has `crit`: extensions that this relay does not know.";
    return { finding: refused("form", found, "Sign without `crit`."), written };
  }
  return { finding: ok("form", `A JWT of ${token.length} characters.`), written };
}

function takeApart(token: string): Written | undefined {
  try {
    const decoded = jwt.decode(token, { complete: true, json: true });
    const payload: unknown = decoded?.payload;
    if (!decoded || typeof payload !== "object" || payload === null || Array.isArray(payload))
      return undefined;
    return { header: { ...decoded.header }, payload: payload as Payload };
  } catch {
    return undefined;
  }
}

/** Which key the token is held against. */
export async function keyRule(
  { header }: Written,
  keyring: Keyring,
  plan: Plan,
  whyUnavailable: () => string,
): Promise<{ finding: Finding; keys: readonly VerifyKey[] }> {
  const { alg, kid } = header;
  const token = `${Buffer.from(JSON.stringify(header)).toString("base64url")}.e30.x`;
  const keys = await keyring.find(keyring.readsKid ? kidOf(token) : undefined);
  const named = kid === undefined ? "It names no key" : `It names the key ${shown(kid)}`;
  if (keys === "unavailable") {
    const found = `${named}; published keys cannot be had: ${whyUnavailable()}`;
    return { finding: refused("key", found, "See that the jwksUrl answers this machine."), keys: [] };
  }
  if (keys.length === 0) {
    const found = `${named}, and the app has none to hold it against; it has ${listed(plan)}.`;
    const advice =
      "Sign with one of these and name it in the header (`kid`), or add the key to the app's `keys`.";
    return { finding: refused("key", found, advice), keys };
  }
  const fit = keys.filter((key) => key.alg === alg);
  if (fit.length === 0) {
    const algorithms = [...new Set(keys.map((key) => key.alg))].join(" or ");
    const found = `${named} and is signed by ${shown(alg)}; the key is for ${algorithms}.`;
    return { finding: refused("key", found, `Sign with ${algorithms}.`), keys };
  }
  return { finding: ok("key", `${named}; held against ${fit.map(nameOf).join(", ")}.`), keys: fit };
}

function listed({ keys, sets }: Plan): string {
  const names = [...keys.map(nameOf), ...sets.map(({ key }) => `${key.alg} keys from ${key.jwksUrl}`)];
  return names.length === 0 ? "no keys" : names.join(", ");
}

function nameOf({ kid, alg }: VerifyKey): string {
  return kid === undefined ? `${alg} without a kid` : `${alg} kid ${shown(kid)}`;
}

/** Whether one of the keys has signed the token, and if not, what was probably done wrong. */
export function signatureRule(
  token: string,
  keys: readonly VerifyKey[],
  others: readonly Plan[],
): { finding: Finding; key?: VerifyKey } {
  const key = keys.find((each) => isSignedWith(token, each));
  if (key) return { finding: ok("signature", `Good, by ${nameOf(key)}.`), key };
  if (keys.length === 0) return { finding: unknown("signature", "Without a key nothing can be said of it.") };
  const found = "No key of the app has signed this token, or it was changed since.";
  return { finding: refused("signature", found, slipIn(token, keys, others)) };
}

function isSignedWith(token: string, { key, alg }: Pick<VerifyKey, "key" | "alg">): boolean {
  try {
    jwt.verify(token, key, { algorithms: [alg], ignoreExpiration: true, ignoreNotBefore: true });
    return true;
  } catch {
    return false;
  }
}

/** The usual slips, each tried: they all look alike from outside. */
function slipIn(token: string, keys: readonly VerifyKey[], others: readonly Plan[]): string {
  for (const { key, alg } of keys) {
    if (alg !== "HS256") continue;
    const text = key.export().toString("utf8");
    const signs = (secret: Buffer): boolean =>
      secret.length > 0 && isSignedWith(token, { alg, key: createSecretKey(secret) });
    if (signs(Buffer.from(text, "base64")) || signs(Buffer.from(text, "hex")))
      return "It is signed with the secret decoded to bytes; sign with the text of the secret, as it stands.";
    if (signs(Buffer.from(`${text}\n`)) || signs(Buffer.from(text.trim())))
      return "The two secrets differ in a line end or a space; make them the same, byte for byte.";
  }
  const other = others.find((plan) => plan.keys.some((key) => isSignedWith(token, key)));
  if (other)
    return `A key of the app ${shown(other.id)} has signed it; name that app in \`aud\`, or sign with this one's key.`;
  return "Sign with the key that the relay has: for HS256 the same secret, byte for byte.";
}

/** Whether the token is good now. */
export function timesRule({ payload }: Written, now: number, maxLifetimeMs: number): Finding {
  const { exp, iat, nbf } = payload;
  const said = [
    ["issued", iat],
    ["good from", nbf],
    ["ends", exp],
  ].flatMap(([what, at]) => (typeof at === "number" ? [`${String(what)} ${moment(at * 1000, now)}`] : []));
  const found = said.length === 0 ? "It names no times." : `${capital(said.join("; "))}.`;
  if (nbf !== undefined && typeof nbf !== "number")
    return refused("times", `\`nbf\` is ${shown(nbf)}. ${found}`, "Write `nbf` as seconds since 1970.");
  if (typeof nbf === "number" && nbf * 1000 > now + CLOCK_TOLERANCE_MS)
    return refused(
      "times",
      `It is not good yet. ${found}`,
      "Wait, or compare the clocks of the two machines.",
    );
  if (typeof exp === "number" && now >= exp * 1000 + CLOCK_TOLERANCE_MS) {
    const advice =
      exp < 1e8
        ? "`exp` is a time in seconds since 1970, not a length."
        : "Ask for a new token; clients do so by themselves where they are given a way to.";
    return refused("times", `It has expired. ${found}`, advice);
  }
  const read = readClaims({ sub: "-", exp, iat }, "-", now, maxLifetimeMs);
  if (read.ok) return ok("times", found);
  const isInMs = typeof exp === "number" && exp > 1e11;
  const advice = isInMs ? "`exp` is in seconds, not in milliseconds." : "Mint it so.";
  return refused("times", `${capital(read.message)} ${found}`, advice);
}

/** Whether the token is for this app. */
export function audienceRule({ payload }: Written, key: VerifyKey | undefined, app: string): Finding {
  const wanted = key?.audience ?? app;
  const { aud } = payload;
  const names: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (aud === undefined && key?.audience === undefined)
    return ok("audience", `No \`aud\`; none is needed for the app ${shown(app)}.`);
  if (names.includes(wanted)) return ok("audience", `\`aud\` names ${shown(wanted)}.`);
  const found = aud === undefined ? "The token has no `aud`." : `\`aud\` is ${shown(aud)}.`;
  return refused("audience", found, `Set \`aud\` to ${shown(wanted)}.`);
}

/** Whether it comes from whom the key belongs to. */
export function issuerRule({ payload }: Written, key: VerifyKey | undefined): Finding {
  const { iss } = payload;
  if (key?.issuer === undefined) return ok("issuer", "Anybody who has the key may issue.");
  if (iss === key.issuer) return ok("issuer", `\`iss\` is ${shown(iss)}.`);
  const found = iss === undefined ? "The token has no `iss`." : `\`iss\` is ${shown(iss)}.`;
  return refused("issuer", found, `Set \`iss\` to ${shown(key.issuer)}, or change the key's \`issuer\`.`);
}

/** Whom the token speaks for. */
export function userRule({ payload }: Written, now: number): Finding {
  const { sub, name, picture } = payload;
  const read = readClaims({ sub, exp: Math.ceil(now / 1000) + 1, name, picture }, "-", now, 60_000);
  if (!read.ok) return refused("user", capital(read.message), "Put your own id of the person into `sub`.");
  const { user } = read.identity;
  const dropped =
    picture !== undefined && user.picture === undefined
      ? " The picture is no https address, and is left out."
      : "";
  return ok("user", `${shown(user.id)}, seen by others as ${shown(user.name)}.${dropped}`);
}

/** Whether what it says of rooms can be read. */
export function grantsRule({ payload }: Written, now: number): Finding {
  const { rooms } = payload;
  const read = readClaims({ sub: "-", exp: Math.ceil(now / 1000) + 1, rooms }, "-", now, 60_000);
  if (!read.ok) {
    const advice = "Give each pattern a role (reader, member, moderator, admin) or a list of verbs.";
    return refused("grants", capital(read.message), advice);
  }
  const { rules } = read.identity;
  if (!rules)
    return info("grants", "The token names no `rooms`: the app's default role holds in all of them.");
  return ok("grants", `\`rooms\` has ${rules.length} ${rules.length === 1 ? "pattern" : "patterns"}.`);
}

function capital(sentence: string): string {
  return sentence.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
