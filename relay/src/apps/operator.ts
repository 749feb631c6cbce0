import type { Audit } from "../engine/engine.ts";
import type { DisconnectRequest, Expulsion, RevokeRequest } from "./expulsion.ts";

/** Who stands in the audit for what no user has done. */
export const OPERATOR = "(operator)";

/** What an application does to users of its relay. It is kept in the audit, as what is asked for over HTTP is. */
export class Operator {
  readonly #expulsion: Expulsion;
  readonly #audit: Audit;
  readonly #onFault: (error: unknown) => void;

  /** @param parts.onFault told when something was done that could not be written down */
  constructor(parts: { expulsion: Expulsion; audit: Audit; onFault: (error: unknown) => void }) {
    this.#expulsion = parts.expulsion;
    this.#audit = parts.audit;
    this.#onFault = parts.onFault;
  }

  async revoke(request: RevokeRequest): Promise<void> {
    const app = this.#expulsion.appOf(request.app).id;
    await this.#expulsion.revoke(request);
    const what =
      "user" in request
        ? { action: "revoke" as const, user: request.user }
        : { action: "revoke-token" as const, token: request.token };
    await this.#audit.record(app, { ...what, by: OPERATOR });
  }

  disconnect(request: DisconnectRequest): number {
    const app = this.#expulsion.appOf(request.app).id;
    const found = this.#expulsion.disconnect(request);
    this.#audit.record(app, { action: "disconnect", by: OPERATOR, user: request.user }).catch(this.#onFault);
    return found;
  }
}
