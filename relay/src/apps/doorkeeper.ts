import type { CloseCode, ErrorCode } from "@natter/sdk/protocol";
import type { Identity } from "../auth/claims.ts";
import { guestUser } from "../auth/guests.ts";
import { FORGED } from "../auth/jwt-verifier.ts";
import { isOriginAllowed, originAdvice } from "../auth/origins.ts";
import type { OriginNotes } from "../auth/origin-notes.ts";
import type { RefusedTokens } from "./refused-tokens.ts";
import type { Revoked } from "./revoked.ts";
import type { Verdict } from "../auth/token-verifier.ts";
import type { App } from "./app.ts";
import type { Apps } from "./apps.ts";
import type { Approach } from "./approach.ts";

/** Why somebody may not come in or stay, and how their connection ends. */
export interface Objection {
  code: ErrorCode;
  closeCode: CloseCode;
  message: string;
  /** Milliseconds after which it makes sense to try again, where waiting helps. */
  retryAfter?: number;
}

/** Somebody who may come in, and into which app; or why not. */
export type Admitted = { ok: true; app: App; identity: Identity } | ({ ok: false } & Objection);

const CLOSE_CODES = {
  unauthorized: 4401,
  "token-expired": 4401,
  // Not the client's fault, and nothing that a new token would mend.
  unavailable: 1013,
} as const satisfies Record<string, CloseCode>;

/** Decides who comes in: by their token, the page they come from, and what has been revoked. */
export class Doorkeeper {
  readonly #apps: Apps;
  readonly #revoked: Revoked;
  readonly #origins: OriginNotes;
  readonly #refused: Pick<RefusedTokens, "count"> | undefined;

  /** @param refused counts the tokens that prove nothing; without it nobody is slowed down */
  constructor(apps: Apps, revoked: Revoked, origins: OriginNotes, refused?: Pick<RefusedTokens, "count">) {
    this.#refused = refused;
    this.#apps = apps;
    this.#revoked = revoked;
    this.#origins = origins;
  }

  /**
   * Says who a token speaks for, and in which app; at once where the keys are at hand.
   *
   * @param address where it comes from, if that is known: of one that brings bad tokens without end most are answered
   *   with `rate-limited`
   */
  admit(token: string, approach: Approach, address?: string): Admitted | Promise<Admitted> {
    const app = this.#apps.ofToken(token, approach.app);
    if (!app) return this.#refuse(FORGED, address);
    const verdict = app.policy.verifier.verify(token);
    if (!(verdict instanceof Promise)) return this.#admit(app, verdict, approach, address);
    return verdict.then((found) => this.#admit(app, found, approach, address));
  }

  /** Makes somebody without a token a guest, under a key of theirs. */
  admitGuest(key: string, approach: Approach): Admitted {
    const app = this.#apps.ofVisitor(approach);
    const { guestKey } = app?.policy ?? {};
    if (!app || !guestKey) return refused({ ok: false, code: "unauthorized", message: NO_GUESTS });
    // Without a token there is nothing to run out: who has none cannot renew it.
    const identity = { user: guestUser({ key }, app.id, guestKey), app: app.id, expiresAt: Infinity };
    const objection = this.objection(app, identity, approach);
    return objection ? { ok: false, ...objection } : { ok: true, app, identity };
  }

  /** Why somebody who was let in may not stay, by what holds now. */
  objection(app: App, identity: Identity, { origin, host }: Approach): Objection | undefined {
    if (!this.#apps.has(app)) {
      return { code: "forbidden", closeCode: 4403, message: "This relay does not serve this app any more." };
    }
    const { origins, verifier } = app.policy;
    if (!isOriginAllowed(origin, host, origins)) {
      return { code: "forbidden", closeCode: 4403, message: this.refuseOrigin(origin ?? "", app) };
    }
    if (this.#revoked.has(identity)) {
      return { code: "unauthorized", closeCode: 4401, message: "This token was revoked; ask for a new one." };
    }
    if (identity.keyFingerprint !== undefined && !verifier.holds(identity.keyFingerprint)) {
      const message = "The key that signed this token is not in use any more; ask for a new token.";
      return { code: "unauthorized", closeCode: 4401, message };
    }
    return undefined;
  }

  /**
   * The sentence for the owner of a page that may not connect; the operator is told, too.
   *
   * @param app absent where it is not known yet
   */
  refuseOrigin(origin: string, app?: App): string {
    const message = this.#advice(origin, app);
    this.#origins.note(origin, message);
    return message;
  }

  #advice(origin: string, app: App | undefined): string {
    const [only, ...others] = this.#apps.all();
    if (only && others.length === 0 && !only.policy.isNamed) return originAdvice(origin);
    const of = app ?? (others.length === 0 ? only : undefined);
    const whose = of ? `the app ${JSON.stringify(of.id)}` : "its app";
    return originAdvice(origin, `the \`origins\` of ${whose} in the relay's configuration`);
  }

  #refuse(verdict: Verdict & { ok: false }, address: string | undefined): Admitted {
    const isWorthless = verdict.code === "unauthorized" && address !== undefined;
    const retryAfter = isWorthless ? (this.#refused?.count(address) ?? 0) : 0;
    if (retryAfter === 0) return refused(verdict);
    const message = `Too many tokens from this address were refused; slow down. ${verdict.message}`;
    return { ok: false, code: "rate-limited", closeCode: 4429, message, retryAfter };
  }

  #admit(app: App, verdict: Verdict, approach: Approach, address: string | undefined): Admitted {
    if (!verdict.ok) return this.#refuse(verdict, address);
    const { identity } = verdict;
    const objection = this.objection(app, identity, approach);
    return objection ? { ok: false, ...objection } : { ok: true, app, identity };
  }
}

const NO_GUESTS = "This relay lets nobody in without a token.";

function refused({ code, message }: Verdict & { ok: false }): Admitted {
  return { ok: false, code, closeCode: CLOSE_CODES[code], message };
}
