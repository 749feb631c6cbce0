import { randomBytes, type KeyObject } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OptionError } from "../options.ts";
import { isSampleSecret, MIN_SECRET_BYTES, secretKey } from "./verify-key.ts";

/** What decides where the secret comes from. */
export interface SecretOptions {
  secret: string;
  dev: boolean;
  data: string;
}

/**
 * The key of the relay's tokens: of the secret that was given, or in development of one that is made once and
 * kept in the data folder, so that tokens outlive a restart.
 *
 * @throws OptionError when there is no secret, or it is too weak
 */
export function relayKey(options: SecretOptions): KeyObject {
  const secret = options.secret || (options.dev ? devSecret(options) : "");
  if (secret === "") {
    throw new OptionError(
      `The relay needs a secret to verify tokens: set NATTER_SECRET to at least ${MIN_SECRET_BYTES} bytes, or use --dev to try it out.`,
    );
  }
  if (isSampleSecret(secret))
    throw new OptionError("The secret is a sample from a document; make one of your own.");
  try {
    return secretKey(secret);
  } catch (error) {
    throw new OptionError(`${(error as Error).message} Make one with: openssl rand -base64 32`, {
      cause: error,
    });
  }
}

/**
 * Reads or makes the secret of a relay in development. It is kept with `--memory` as well: a secret of its own
 * for each start would make every guest somebody else after a restart.
 */
export function devSecret({ data }: Pick<SecretOptions, "data">): string {
  const file = join(data, "dev-secret");
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    const secret = randomBytes(32).toString("base64url");
    try {
      mkdirSync(data, { recursive: true, mode: 0o700 });
      writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: "wx" });
    } catch {
      // A folder that cannot be written to costs the guests' identities at the next start, and nothing else.
    }
    return secret;
  }
}
