import type { Approach } from "../apps/approach.ts";
import type { Apps } from "../apps/apps.ts";
import type { Doorkeeper } from "../apps/doorkeeper.ts";
import type { Expulsion } from "../apps/expulsion.ts";
import { entryRefusal, isGuarded } from "../session/entry.ts";
import { authorityOf } from "../session/seat.ts";
import type { SessionContext } from "../session/session-context.ts";
import { addressOf } from "./address.ts";
import type { ApiParts } from "./api/serve.ts";
import type { AddressReader } from "./client-address.ts";

/** Connects the HTTP API with what sockets are served by: one set of apps, rights, rooms and limits for both. */
export function apiParts(parts: {
  session: SessionContext;
  apps: Apps;
  doorkeeper: Doorkeeper;
  expulsion: Expulsion;
  addressOf: AddressReader;
  version: string;
}): ApiParts {
  const { session, apps, doorkeeper, expulsion, version } = parts;
  const { clock, log, newConnectionId } = session;
  return {
    context: {
      session,
      engine: session.engine,
      expulsions: {
        disconnect: (app, user) => expulsion.disconnect({ app, user }),
        revoke: (app, what) => expulsion.revoke({ app, ...what }),
      },
      describeApp: (id) => {
        const policy = apps.get(id)?.policy;
        return {
          connections: session.users.connectionsOfApp(id),
          guests: policy?.guestKey !== undefined,
          defaultRole: policy?.defaultRole ?? "none",
        };
      },
    },
    version,
    bodyBytes: session.limits.frameBytes,
    originRefusal: (origin, host) => {
      const approach = approachOf(origin, host);
      return apps.isWelcome(approach) ? undefined : doorkeeper.refuseOrigin(origin ?? "");
    },
    identify: async (token, origin, host, address) => {
      const admitted = await doorkeeper.admit(token, approachOf(origin, host), address);
      if (!admitted.ok) {
        const { code, message, retryAfter } = admitted;
        return { ok: false, code, message, ...(retryAfter !== undefined && { retryAfter }) };
      }
      const { app, identity } = admitted;
      const { limits } = app.policy;
      const authorityIn = (room: Parameters<typeof authorityOf>[2]) => authorityOf(identity, app, room);
      return { ok: true, caller: { app: app.id, identity, limits, authorityIn } };
    },
    shed: () => {
      if (!session.load.isShedding) return false;
      session.meter.shed.add("call");
      return true;
    },
    entryRefusal: (caller, room, isWrite) => {
      const { app, identity } = caller;
      if (room === undefined || !isGuarded(session, app)) return undefined;
      const { rights } = caller.authorityIn(room);
      // The operator's own programs do as they please.
      if (rights.verbs.has("admin")) return undefined;
      return entryRefusal(session, { app, identity, room, rights, verb: isWrite ? "post" : "read" });
    },
    take: ({ app, identity }, isWrite) => {
      const limits = (apps.get(app)?.policy.limits ?? session.limits).users;
      const allowance = session.users.allowance(app, identity.user.id, limits);
      const now = clock.monotonic();
      return (
        allowance.take("packets", limits.rates, now) ||
        (isWrite ? allowance.take("posts", limits.rates, now) : 0)
      );
    },
    addressOf: (c) => addressOf(c, parts.addressOf),
    onFault: (error) => {
      const incident = newConnectionId();
      log.error({ incident, err: error }, "A call of the HTTP API could not be seen to.");
      return incident;
    },
  };
}

function approachOf(origin: string | undefined, host: string | undefined): Approach {
  return { ...(origin !== undefined && { origin }), ...(host !== undefined && { host }) };
}
