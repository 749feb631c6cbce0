import { randomUUID } from "node:crypto";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { RoomName } from "@natter/sdk/protocol";
import { Doorkeeper } from "./apps/doorkeeper.ts";
import { roomLimits, sessionLimits } from "./apps/app-limits.ts";
import { Apps } from "./apps/apps.ts";
import { EventFeed } from "./hooks/event-feed.ts";
import { Gates } from "./hooks/gates.ts";
import type { Hooks } from "./hooks/hooks.ts";
import { figuresOf } from "./webhooks/webhook-figures.ts";
import { Webhooks } from "./webhooks/webhooks.ts";
import type { WebhookState } from "./webhooks/delivery.ts";
import { Expulsion, type DisconnectRequest, type RevokeRequest } from "./apps/expulsion.ts";
import { Operator } from "./apps/operator.ts";
import { planApps, retentionOf } from "./apps/plan.ts";
import { Reloading, type Reloaded } from "./apps/reloading.ts";
import { KeySets } from "./auth/key-sets.ts";
import { OriginNotes } from "./auth/origin-notes.ts";
import { RefusedTokens } from "./apps/refused-tokens.ts";
import { Revoked } from "./apps/revoked.ts";
import { systemClock, type Clock } from "./clock.ts";
import { completeConfig, type Config } from "./config.ts";
import { roomKeyOf, type Engine } from "./engine/engine.ts";
import { openEngine } from "./engine/open-engine.ts";
import { apiParts } from "./http/api-parts.ts";
import { ELEMENT_VERSION } from "./http/assets.ts";
import { ADMIN_PATHS, httpApp, OWN_PATHS } from "./http/app.ts";
import { addressReader, limitKeyOf } from "./http/client-address.ts";
import { makeFront } from "./http/front.ts";
import { attachTo, listen, makeServer } from "./http/server.ts";
import { findSite } from "./http/site.ts";
import { addressRule, marksOf } from "./limits.ts";
import type { FlushLimits } from "./room/flusher.ts";
import { pauseAfter } from "./room/pace.ts";
import { GuestLimits } from "./session/guest-limits.ts";
import { Acceptor } from "./socket/acceptor.ts";
import { AddressCounts } from "./socket/address-counts.ts";
import { makeCore } from "./socket/core.ts";
import { stopGently } from "./stop.ts";
import { calmLog } from "./telemetry/calm-log.ts";
import { LoadWatch } from "./telemetry/load-watch.ts";
import { silentLog, type Log } from "./telemetry/log.ts";
import { Meter } from "./telemetry/meter.ts";
import { makeMetrics } from "./telemetry/metrics.ts";
import { Readiness } from "./telemetry/readiness.ts";
import { VERSION } from "./version.ts";

/** How long deliveries and hooks that are under way have at most when everybody has gone. */
const TELLING_MS = 2000;

/** Settings and parts of a relay; what is not named has its default. */
export type RelayOptions = Partial<Config> & {
  /** Where to listen, for {@link Relay.listen}; 127.0.0.1:8000 by default. Port 0 takes a free one. */
  host?: string;
  port?: number;
  log?: Log;
  clock?: Clock;
  /** An engine of the caller's own; closed by the caller. */
  engine?: Engine;
  /** What the application itself decides, and wants to hear. */
  hooks?: Hooks;
};

/** A relay: listen on a port of its own, or attach to a server that is there. */
export interface Relay {
  /** The address it listens on, such as `http://127.0.0.1:8000`; undefined before {@link listen}. */
  readonly address: string | undefined;
  /** What of a stored message survives what, in a sentence. */
  readonly durability: string;
  /** Resolves if the storage fails for good: nothing can be read or stored until the relay is started again. */
  readonly failed: Promise<Error>;
  /** Listens on host and port. Rejects when they cannot be had. */
  listen(): Promise<string>;
  /** Serves the relay's paths on an existing server; all others stay with it. Returns what undoes it. */
  attach(server: Server): () => void;
  /** The metrics as they stand, in the text format of Prometheus; what `GET /metrics` answers. */
  metrics(): Promise<string>;
  /**
   * Puts other settings in place of those that hold; what is not named has its default. They are checked whole
   * first, and connections stay: those go whose app, key or page is not among them any more.
   *
   * @throws OptionError, as a rejection, when a setting is unknown or wrong; then nothing has changed
   */
  reload(settings: Partial<Config>): Promise<Reloaded>;
  /**
   * Takes tokens out of use: all that were issued to a user so far, or one by its `jti`. Connections that came in
   * with them end now. Resolves when it is stored; it is kept until the tokens would have run out by themselves.
   */
  revoke(request: RevokeRequest): Promise<void>;
  /** Ends every connection of a user on this relay; with a good token they may come back. Tells how many. */
  disconnect(request: DisconnectRequest): number;
  /** How each webhook that is told of events is doing. */
  webhooks(): Promise<WebhookState[]>;
  /**
   * Stops: tells clients to move on (`goaway`), gives them `drainMs` for it, ends what is left with 1012, and
   * closes what was opened. Resolves when all is done; calling it twice is harmless.
   */
  close(options?: { drainMs?: number }): Promise<void>;
}

/**
 * Makes a relay. It does nothing until {@link Relay.listen} or {@link Relay.attach}.
 *
 * @throws OptionError when a setting is unknown or wrong
 * @example
 * const relay = await createRelay({ memory: true, secret: process.env.CHAT_SECRET });
 * relay.attach(httpServer);
 */
export async function createRelay(options: RelayOptions = {}): Promise<Relay> {
  const {
    host = "127.0.0.1",
    port = 8000,
    log: givenLog = silentLog,
    clock = systemClock,
    engine: ownEngine,
    hooks,
    ...given
  } = options;
  const config = completeConfig(given);
  const log = calmLog(givenLog, clock);
  const keySets = new KeySets(clock, log, () => reloading.recheckAll());
  const plans = planApps(config, keySets, clock);
  const site = config.site === "" ? undefined : findSite(config.site, config.data);
  const addressOf = addressReader(addressRule(config), log);
  const engine = ownEngine ?? (await openEngine(config, retentionOf(config), clock, log));
  const revoked = new Revoked(await engine.revocations.list(clock.now()));
  const apps = new Apps(plans);
  const newId = (): string => randomUUID();
  const meter = new Meter();
  const refused = new RefusedTokens({
    perMinute: config.badTokensPerMinute,
    keyOf: limitKeyOf,
    clock,
    meter,
    log,
  });
  const doorkeeper = new Doorkeeper(apps, revoked, new OriginNotes(log, clock), refused);
  const load = new LoadWatch({ marks: marksOf(config), clock, log });
  const readiness = new Readiness(clock, () => engine.log.head(roomKeyOf(config.app, PROBED)));
  void engine.failed?.then(() => readiness.fail());
  const webhooks = new Webhooks({ engine, clock, log });
  await webhooks.update(apps.all());
  const gates = new Gates({ hooks, services: webhooks.asked, clock, log });
  const feed = hooks?.onEvent && new EventFeed(hooks.onEvent, { bus: engine.bus, clock, log });
  const core = makeCore({
    doorkeeper,
    engine,
    gates,
    clock,
    log,
    limits: sessionLimits(config),
    roomLimitsOf: (app) => apps.get(app)?.policy.roomLimits ?? roomLimits(config),
    flushLimits: flushLimits(config),
    newId,
    meter,
    load,
    readiness,
  });
  const { sessions } = core;
  const expulsion = new Expulsion({ apps, revoked, revocations: engine.revocations, sessions, clock });
  const operator = new Operator({
    expulsion,
    audit: engine.audit,
    onFault: (error) =>
      log.error({ err: error }, "That somebody was disconnected could not be written down."),
  });
  const reloading = new Reloading({
    config,
    apps,
    keySets,
    engine: ownEngine ? undefined : engine,
    sessions,
    webhooks,
    clock,
    audit: engine.audit,
  });
  keySets.keep(plans.flatMap(({ sets }) => sets));
  const guests = new GuestLimits(clock);
  const { users, rooms, appender } = core.context;
  const metrics = makeMetrics(
    meter,
    load,
    {
      connections: () => users.connections(),
      sockets: () => sessions.size,
      rooms: () => rooms.size,
      members: () => rooms.members,
      queues: () => sessions.queues,
      drafts: () => appender.waiting,
      isReady: () => readiness.last === "ready",
      webhooks: async () => figuresOf(await webhooks.states(), clock.now()),
    },
    VERSION,
  );
  const acceptor = new Acceptor({
    core,
    apps,
    frameBytes: config.maxFrame,
    addressOf,
    addresses: new AddressCounts(config.connectionsPerAddress),
    admitPlain: (token, approach, address) => {
      if (token !== undefined) return doorkeeper.admit(token, approach, address);
      const admitted = doorkeeper.admitGuest(newId(), approach);
      if (!admitted.ok || guests.of(admitted.app).take(limitKeyOf(address)) === 0) return admitted;
      meter.limited.add("guests");
      const message = "Too many guests from this address.";
      return { ok: false, code: "rate-limited", closeCode: 4401, message };
    },
  });
  const http = httpApp({
    guests: { apps, doorkeeper, clock, limiterOf: (app) => guests.of(app), addressOf, meter, load },
    api: apiParts({
      session: core.context,
      apps,
      doorkeeper,
      expulsion,
      addressOf,
      version: ELEMENT_VERSION,
    }),
    rooms: { apps, engine, isGuarded: (app) => gates.asks("authorize", app) },
    site,
    isDev: config.dev,
    hasAdminPage: config.adminPage !== "off",
    readiness,
    metrics,
    metricsToken: config.metricsToken,
    clock,
    log,
    newIncident: newId,
  });
  const isOwn = (path: string): boolean =>
    OWN_PATHS.test(path) || (config.adminPage === "on" && ADMIN_PATHS.test(path));
  const answer = getRequestListener(http.fetch);
  const onRequest: RequestListener = (request, response) => void answer(request, response);
  const closers: (() => void | Promise<void>)[] = [
    () => keySets.close(),
    () => expulsion.stop(),
    load.start(),
    () => log.flush(),
  ];
  let url: string | undefined;
  let isServing = false;
  let closing: Promise<void> | undefined;
  return {
    get address() {
      return url;
    },
    durability: engine.durability,
    failed: engine.failed ?? new Promise(() => {}),
    async listen() {
      const front = makeFront(makeServer(onRequest, acceptor), acceptor);
      const onFault = (error: Error): void =>
        log.error({ err: error }, "A connection could not be accepted.");
      const bound = await listen(front.server, host, port, onFault);
      closers.push(() => front.close());
      isServing = true;
      url = urlOf(bound);
      return url;
    },
    attach(server) {
      const detach = attachTo(server, isOwn, onRequest, acceptor);
      isServing = true;
      closers.push(detach);
      return detach;
    },
    reload: async (next) => reloading.reload(completeConfig(next)),
    revoke: (request) => operator.revoke(request),
    disconnect: (request) => operator.disconnect(request),
    metrics: () => metrics.text(),
    webhooks: () => webhooks.states(),
    close({ drainMs = 0 } = {}) {
      // First, so that nobody new is sent here; whoever comes all the same is refused.
      readiness.stop();
      acceptor.stop();
      const tellingMs = Math.min(drainMs, TELLING_MS);
      closing ??= stopGently({
        sessions,
        clock,
        drainMs,
        closers: [...closers, () => webhooks.close(tellingMs), () => feed?.close(tellingMs)],
        engine: ownEngine ? undefined : engine,
        // Of one that never began there is nothing to tell.
        log: isServing ? log : silentLog,
      });
      return closing;
    },
  };
}

function flushLimits(config: Config): FlushLimits {
  // Under the 10 ms that no turn may take, with room for what comes in meanwhile.
  return { turnMs: 6, pauseAfter: (costMs) => pauseAfter(costMs, config.maxPause) };
}

/** A room whose state is read to see whether the storage answers. Nobody can join it: it is no room's name. */
const PROBED = "\u0000" as RoomName;

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
