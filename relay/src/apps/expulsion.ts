import { isRevokedBy, type Revoked } from "./revoked.ts";
import { CLOCK_TOLERANCE_MS } from "../auth/claims.ts";
import type { Clock } from "../clock.ts";
import type { Revocation, Revocations } from "../engine/engine.ts";
import type { Sessions } from "../session/sessions.ts";
import type { App } from "./app.ts";
import type { Apps } from "./apps.ts";

/** What is to be revoked: every token that a user has, or one by its name. */
export type RevokeRequest = {
  /** The app's id; the one app, or `default`, when it is not named. */
  app?: string;
} & (
  | { user: string }
  | {
      /** The token's `jti`. */
      token: string;
      /** When the token ends, in ms since 1970; as late as a token may, when that is not said. */
      expires?: number;
    }
);

/** Whose connections are to be ended. */
export interface DisconnectRequest {
  app?: string;
  user: string;
  /** A sentence for the person. */
  message?: string;
}

/** Beyond a token's longest life: what clocks may differ by, and what a token's life may be over the cap. */
const SLACK_MS = CLOCK_TOLERANCE_MS + 120_000;

/** Puts people out whose tokens count no more, or who are to come in anew. */
export class Expulsion {
  readonly #apps: Apps;
  readonly #revoked: Revoked;
  readonly #revocations: Revocations;
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #stop: () => void;

  constructor(parts: {
    apps: Apps;
    revoked: Revoked;
    revocations: Revocations;
    sessions: Sessions;
    clock: Clock;
  }) {
    this.#apps = parts.apps;
    this.#revoked = parts.revoked;
    this.#revocations = parts.revocations;
    this.#sessions = parts.sessions;
    this.#clock = parts.clock;
    this.#stop = parts.revocations.subscribe((revocation) => this.#apply(revocation));
  }

  /**
   * Revokes: connections of such tokens end now, and no new one is let in. Resolves when it is stored. Rejects when
   * it could not be stored; it holds all the same, until this relay stops.
   */
  async revoke(request: RevokeRequest): Promise<void> {
    const revocation = this.#revocationOf(request);
    this.#revoked.forget(this.#clock.now());
    this.#apply(revocation);
    await this.#revocations.add(revocation);
  }

  /** Ends every connection of a user on this relay. Tells how many there were. */
  disconnect({
    app: named,
    user,
    message = "You were disconnected; ask for a new token.",
  }: DisconnectRequest): number {
    const app = this.appOf(named);
    const found = this.#sessions.all().filter(({ identity }) => {
      return identity?.app === app.id && identity.user.id === user;
    });
    for (const session of found) session.fail(4401, "unauthorized", message);
    return found.length;
  }

  /**
   * The app of a request that names one, or none.
   *
   * @throws RangeError with a sentence, when there is none of that name, or several to choose from
   */
  appOf(named: string | undefined): App {
    const app = named === undefined ? this.#apps.unnamed() : this.#apps.get(named);
    if (app) return app;
    const which =
      named === undefined
        ? "There are several apps; name one of them."
        : `There is no app ${JSON.stringify(named)}.`;
    throw new RangeError(which);
  }

  /** Hears of no more revocations. */
  stop(): void {
    this.#stop();
  }

  #apply(revocation: Revocation): void {
    this.#revoked.add(revocation);
    for (const session of this.#sessions.all()) {
      const { identity } = session;
      if (identity && isRevokedBy(revocation, identity)) session.onChange();
    }
  }

  #revocationOf(request: RevokeRequest): Revocation {
    const app = this.appOf(request.app);
    const at = this.#clock.now();
    const latest = at + app.policy.settings.maxTokenLife + SLACK_MS;
    if ("user" in request) return { app: app.id, kind: "user", id: request.user, at, until: latest };
    const { token, expires } = request;
    const until = expires === undefined ? latest : Math.min(latest, expires + SLACK_MS);
    return { app: app.id, kind: "token", id: token, at, until };
  }
}
