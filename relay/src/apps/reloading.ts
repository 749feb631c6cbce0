import type { KeySets } from "../auth/key-sets.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Audit, Engine } from "../engine/engine.ts";
import { FIXED, type OptionName } from "../options.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Apps } from "./apps.ts";
import { OPERATOR } from "./operator.ts";
import { planApps, retentionOf } from "./plan.ts";

/** What came of a reload. */
export interface Reloaded {
  /** Settings that would be others now, and stay as they were until the relay is started again. */
  kept: OptionName[];
}

/** Puts other settings in the place of those that hold, while everybody stays connected. */
export class Reloading {
  readonly #apps: Apps;
  readonly #keySets: KeySets;
  readonly #engine: Engine | undefined;
  readonly #sessions: Sessions;
  readonly #webhooks: Pick<Webhooks, "update">;
  readonly #clock: Clock;
  readonly #audit: Audit;
  #config: Config;

  /** @param parts.engine absent when it is somebody else's, who sees to it */
  constructor(parts: {
    config: Config;
    apps: Apps;
    keySets: KeySets;
    engine: Engine | undefined;
    sessions: Sessions;
    webhooks: Pick<Webhooks, "update">;
    clock: Clock;
    audit: Audit;
  }) {
    this.#config = parts.config;
    this.#apps = parts.apps;
    this.#keySets = parts.keySets;
    this.#engine = parts.engine;
    this.#sessions = parts.sessions;
    this.#webhooks = parts.webhooks;
    this.#clock = parts.clock;
    this.#audit = parts.audit;
  }

  /** @throws OptionError, as a rejection, when an app cannot be served so; then nothing has changed */
  async reload(wanted: Config): Promise<Reloaded> {
    const kept = FIXED.filter((name) => wanted[name] !== this.#config[name]);
    const held = Object.fromEntries(FIXED.map((name) => [name, this.#config[name]]));
    const config = { ...wanted, ...held };
    const plans = planApps(config, this.#keySets, this.#clock);
    await this.#engine?.retain(retentionOf(config));
    this.#config = config;
    this.#apps.update(plans);
    this.#keySets.keep(plans.flatMap(({ sets }) => sets));
    this.recheckAll();
    await this.#webhooks.update(this.#apps.all());
    // It has happened, whether or not it can be written down; why it cannot, the storage itself has logged.
    await this.#record().catch(() => undefined);
    return { kept };
  }

  async #record(): Promise<void> {
    for (const { id } of this.#apps.all()) await this.#audit.record(id, { action: "reload", by: OPERATOR });
  }

  /** Has every connection look whether it may go on. */
  recheckAll(): void {
    for (const session of this.#sessions.all()) session.onChange();
  }
}
