import { randomUUID } from "node:crypto";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { LIMITS } from "@natter/sdk/protocol";
import { guestUser } from "./auth/guests.ts";
import { JwtVerifier } from "./auth/jwt-verifier.ts";
import { relayKey } from "./auth/secret.ts";
import { systemClock, type Clock } from "./clock.ts";
import { completeConfig } from "./config.ts";
import type { Engine } from "./engine/engine.ts";
import { openEngine } from "./engine/open-engine.ts";
import { httpApp, OWN_PATHS } from "./http/app.ts";
import { makeFront } from "./http/front.ts";
import { attachTo, listen, makeServer } from "./http/server.ts";
import { findSite } from "./http/site.ts";
import type { Config } from "./options.ts";
import type { FlushLimits } from "./room/flusher.ts";
import { pauseAfter } from "./room/pace.ts";
import type { RoomLimits } from "./room/room.ts";
import { AddressLimiter } from "./session/address-limiter.ts";
import type { SessionLimits } from "./session/session-context.ts";
import { Acceptor } from "./socket/acceptor.ts";
import { makeCore } from "./socket/core.ts";
import { stopGently } from "./stop.ts";
import { silentLog, type Log } from "./telemetry/log.ts";

/** Settings and parts of a relay; what is not named has its default. */
export type RelayOptions = Partial<Config> & {
  /** Where to listen, for {@link Relay.listen}; 127.0.0.1:8000 by default. Port 0 takes a free one. */
  host?: string;
  port?: number;
  log?: Log;
  clock?: Clock;
  /** An engine of the caller's own; closed by the caller. */
  engine?: Engine;
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
    log = silentLog,
    clock = systemClock,
    engine: ownEngine,
    ...given
  } = options;
  const config = completeConfig(given);
  const key = relayKey(config);
  const site = config.site === "" ? undefined : findSite(config.site, config.data);
  const engine = ownEngine ?? (await openEngine(config, clock, log));
  const guestKey = areGuestsAllowed(config) ? key : undefined;
  const origins = { allowed: config.origins, allowLocal: config.dev };
  const limits = sessionLimits(config);
  const app = {
    id: config.app,
    verifier: new JwtVerifier({ app: config.app, key, maxLifetimeMs: config.maxTokenLife, clock }),
    defaultRole: config.defaultRole,
  };
  const newId = (): string => randomUUID();
  const core = makeCore({
    app,
    engine,
    clock,
    log,
    limits,
    roomLimits: roomLimits(config),
    flushLimits: flushLimits(config),
    newId,
  });
  const { sessions } = core;
  const guestRate = { perSecond: config.guestsPerMinute / 60, burst: config.guestsPerMinute };
  const guests = new AddressLimiter(guestRate, clock);
  const acceptor = new Acceptor({
    core,
    origins,
    frameBytes: config.maxFrame,
    admitPlain: (token, address) => {
      if (token !== undefined) return app.verifier.verify(token);
      if (!guestKey) return { ok: false, message: "This relay lets nobody in without a token." };
      if (guests.take(address) > 0) return { ok: false, message: "Too many guests from this address." };
      // Without a token there is nothing to run out: a plain client could not renew it.
      const user = guestUser({ key: newId() }, config.app, guestKey);
      return { ok: true, identity: { user, app: config.app, expiresAt: Infinity } };
    },
  });
  const http = httpApp({
    guests: {
      app: config.app,
      key: guestKey,
      clock,
      origins,
      addresses: guests,
      maxLifetimeMs: config.maxTokenLife,
    },
    rooms: { app: config.app, engine, isOpen: guestKey !== undefined && config.defaultRole !== "none" },
    site,
    isDev: config.dev,
    log,
    newIncident: newId,
  });
  const answer = getRequestListener(http.fetch);
  const onRequest: RequestListener = (request, response) => void answer(request, response);
  const closers: (() => void | Promise<void>)[] = [];
  let address: string | undefined;
  let closing: Promise<void> | undefined;
  return {
    get address() {
      return address;
    },
    durability: engine.durability,
    failed: engine.failed ?? new Promise(() => {}),
    async listen() {
      const front = makeFront(makeServer(onRequest, acceptor), acceptor);
      const onFault = (error: Error): void =>
        log.error({ err: error }, "A connection could not be accepted.");
      const bound = await listen(front.server, host, port, onFault);
      closers.push(() => front.close());
      address = addressOf(bound);
      return address;
    },
    attach(server) {
      const detach = attachTo(server, (path) => OWN_PATHS.test(path), onRequest, acceptor);
      closers.push(detach);
      return detach;
    },
    close({ drainMs = 0 } = {}) {
      acceptor.stop();
      closing ??= stopGently({ sessions, clock, drainMs, closers, engine: ownEngine ? undefined : engine });
      return closing;
    },
  };
}

function areGuestsAllowed(config: Config): boolean {
  return config.guests === "on" || (config.guests === "auto" && config.dev);
}

function roomLimits(config: Config): RoomLimits {
  return {
    replayEvents: config.replayEvents,
    pageDefault: LIMITS.pageDefault,
    listedMembers: config.listedMembers,
    presenceGraceMs: config.presenceGrace,
    presenceEveryMs: 250,
    tailBytes: 1024 * 1024,
    // Large enough for a burst on a good line, small enough that ten thousand stalled readers fit in memory.
    stalledBytes: 256 * 1024,
    // About a tenth of a millisecond of writes.
    lookEvery: 16,
  };
}

function flushLimits(config: Config): FlushLimits {
  // Under the 10 ms that no turn may take, with room for what comes in meanwhile.
  return { turnMs: 6, pauseAfter: (costMs) => pauseAfter(costMs, config.maxPause) };
}

function sessionLimits(config: Config): SessionLimits {
  return {
    frameBytes: config.maxFrame,
    textLength: config.maxText,
    dataBytes: config.maxData,
    roomsPerConnection: config.maxRooms,
    pageDefault: LIMITS.pageDefault,
    pageMax: LIMITS.pageMax,
    replayEvents: config.replayEvents,
    listedMembers: config.listedMembers,
    heartbeatMs: config.heartbeat,
    heartbeatGraceMs: LIMITS.heartbeatGraceMs,
    helloMs: LIMITS.helloMs,
    expiryGraceMs: LIMITS.expiryGraceMs,
    expiringMs: LIMITS.expiringMs,
    stalledMs: 30_000,
    packets: { perSecond: config.packetsPerSecond, burst: config.packetsBurst },
    posts: { perSecond: config.postsPerSecond, burst: config.postsBurst },
  };
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
