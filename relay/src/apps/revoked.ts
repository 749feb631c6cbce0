import type { Revocation } from "../engine/engine.ts";
import type { Identity } from "../auth/claims.ts";

/** Whether a revocation is about a token. Pure. */
export function isRevokedBy({ app, kind, id, at }: Revocation, identity: Identity): boolean {
  if (app !== identity.app) return false;
  if (kind === "token") return identity.tokenId === id;
  // `iat` counts whole seconds: of the second of the revocation it cannot tell before from after. A token that
  // does not say when it was issued may have been issued at any time.
  return identity.user.id === id && (identity.issuedAt ?? 0) <= at;
}

/** The revocations that a relay knows: all that hold, so that a token is looked up and nobody is asked. */
export class Revoked {
  readonly #held = new Map<string, Revocation>();

  constructor(held: readonly Revocation[] = []) {
    for (const revocation of held) this.add(revocation);
  }

  get size(): number {
    return this.#held.size;
  }

  add(revocation: Revocation): void {
    const name = nameOf(revocation.app, revocation.kind, revocation.id);
    const known = this.#held.get(name);
    const { at, until } = known ?? revocation;
    this.#held.set(name, {
      ...revocation,
      at: Math.max(at, revocation.at),
      until: Math.max(until, revocation.until),
    });
  }

  /** Whether a token is revoked. */
  has(identity: Identity): boolean {
    if (this.#held.size === 0) return false;
    const { app, user, tokenId } = identity;
    const ofUser = this.#held.get(nameOf(app, "user", user.id));
    const ofToken = tokenId === undefined ? undefined : this.#held.get(nameOf(app, "token", tokenId));
    return [ofUser, ofToken].some((found) => found !== undefined && isRevokedBy(found, identity));
  }

  /** Forgets those whose tokens have run out by now. */
  forget(now: number): void {
    for (const [name, { until }] of this.#held) if (until < now) this.#held.delete(name);
  }
}

function nameOf(app: string, kind: Revocation["kind"], id: string): string {
  return JSON.stringify([app, kind, id]);
}
