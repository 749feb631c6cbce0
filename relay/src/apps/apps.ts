import { audiencesOf } from "../auth/peek.ts";
import { isOriginAllowed, type OriginRule } from "../auth/origins.ts";
import type { App, Policy } from "./app.ts";
import type { Approach } from "./approach.ts";

/** What decides about one app in a configuration that was found good. */
export interface AppPlan {
  id: string;
  policy: Policy;
  /** What tokens for it name in `aud`: its id, or what its keys say in place of it. */
  audiences: readonly string[];
}

/** The app of everybody who names none, where there are several. */
const DEFAULT = "default";

/** The apps of a relay. Between two reloads they do not change. */
export class Apps {
  readonly #apps = new Map<string, App>();
  #byAudience: ReadonlyMap<string, App> = new Map();
  /** The apps that list a page by its origin: of a thousand apps, most know nothing of it. */
  #byOrigin: ReadonlyMap<string, readonly App[]> = new Map();
  /** What is enough, of all apps together, for a page to be let on before its app is known. */
  #anyOrigin: OriginRule = { allowed: [], allowLocal: false };

  constructor(plans: readonly AppPlan[]) {
    this.update(plans);
  }

  /** Every app. */
  all(): readonly App[] {
    return [...this.#apps.values()];
  }

  get(id: string): App | undefined {
    return this.#apps.get(id);
  }

  /** True when an app is still one of these. */
  has(app: App): boolean {
    return this.#apps.get(app.id) === app;
  }

  /** Puts other policies in place; apps that are in both go on as they are. */
  update(plans: readonly AppPlan[]): void {
    const ids = new Set(plans.map(({ id }) => id));
    for (const id of [...this.#apps.keys()]) if (!ids.has(id)) this.#apps.delete(id);
    for (const { id, policy } of plans) {
      const known = this.#apps.get(id);
      if (known) known.policy = policy;
      else this.#apps.set(id, { id, policy });
    }
    this.#byAudience = new Map(
      plans.flatMap(({ id, audiences }) => audiences.map((name) => [name, this.#apps.get(id) as App])),
    );
    this.#byOrigin = this.#originsOf();
    const rules = plans.map(({ policy }) => policy.origins);
    this.#anyOrigin = {
      allowed: rules.some(({ allowed }) => allowed.includes("*")) ? ["*"] : [],
      allowLocal: rules.some(({ allowLocal }) => allowLocal),
    };
  }

  /**
   * The app whose keys a token is held against, by what it says itself. With one app that is the one; with
   * several it is the one that `aud` names, and a token without `aud` is for the app `default`, where there is
   * one. Of several that `aud` names the connection has to name one, too.
   */
  ofToken(token: string, named: string | undefined): App | undefined {
    const chosen = this.#choose(token, named);
    return named === undefined || chosen?.id === named ? chosen : undefined;
  }

  /**
   * The app of somebody without a token: the one they name, or the only one that lists the page they come from,
   * or the one of everybody who names none.
   */
  ofVisitor({ app, origin }: Approach): App | undefined {
    if (app !== undefined) return this.#apps.get(app);
    const listing = origin === undefined ? [] : (this.#byOrigin.get(origin) ?? []);
    return listing.length === 1 ? listing[0] : this.unnamed();
  }

  /** The app of everybody who names none: the only one, or `default`. */
  unnamed(): App | undefined {
    const [only] = this.#apps.values();
    return this.#apps.size === 1 ? only : this.#apps.get(DEFAULT);
  }

  /** Whether a page may connect at all, before it is known which app it is for. */
  isWelcome(approach: Approach): boolean {
    const { origin, host, app } = approach;
    if (origin === undefined) return true;
    if (app === undefined)
      return this.#byOrigin.has(origin) || isOriginAllowed(origin, host, this.#anyOrigin);
    const policy = this.#apps.get(app)?.policy;
    return policy !== undefined && isOriginAllowed(origin, host, policy.origins);
  }

  #originsOf(): Map<string, App[]> {
    const listing = new Map<string, App[]>();
    for (const app of this.#apps.values()) {
      for (const origin of new Set(app.policy.origins.allowed)) {
        listing.set(origin, [...(listing.get(origin) ?? []), app]);
      }
    }
    return listing;
  }

  #choose(token: string, named: string | undefined): App | undefined {
    const [only] = this.#apps.values();
    // Its verifier tells who has got the name wrong.
    if (this.#apps.size === 1) return only;
    const audiences = audiencesOf(token);
    if (audiences.length === 0) return this.unnamed();
    const apps = new Set(audiences.flatMap((name) => this.#byAudience.get(name) ?? []));
    if (apps.size === 1) return [...apps][0];
    return [...apps].find(({ id }) => id === named);
  }
}
