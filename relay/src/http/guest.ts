import { HTTP_OPERATIONS, type ErrorCode } from "@natter/sdk/protocol";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import { makeGuest } from "../auth/guests.ts";
import type { Clock } from "../clock.ts";
import type { AddressLimiter } from "../session/address-limiter.ts";
import { isOriginAllowed } from "../auth/origins.ts";
import type { Doorkeeper } from "../apps/doorkeeper.ts";
import type { App } from "../apps/app.ts";
import type { Approach } from "../apps/approach.ts";
import type { Apps } from "../apps/apps.ts";
import type { Load } from "../telemetry/load-watch.ts";
import type { Meter } from "../telemetry/meter.ts";
import { addressOf } from "./address.ts";
import { limitKeyOf, type AddressReader } from "./client-address.ts";

/** What the guest call needs. */
export interface GuestParts {
  apps: Apps;
  doorkeeper: Doorkeeper;
  clock: Clock;
  /** How often an address may ask an app for a guest. */
  limiterOf: (app: App) => AddressLimiter;
  addressOf: AddressReader;
  meter: Meter;
  load: Load;
}

/** More than any name and key need; without a limit, a body of any size would be held in memory. */
const MAX_BODY_BYTES = 4096;

/** When who was not served may ask again. */
const SHED_RETRY_MS = 5000;

const request = HTTP_OPERATIONS.makeGuest.body;

/** `POST /v1/guest {name?, key?}`: a token for somebody without one. */
export function serveGuests(app: Hono, parts: GuestParts): void {
  app.options("/v1/guest", (c) => {
    allowOrigin(c, parts.apps.ofVisitor(approachOf(c)));
    c.header("access-control-allow-methods", "POST");
    c.header("access-control-allow-headers", "content-type");
    c.header("access-control-max-age", "600");
    return c.body(null, 204);
  });
  const tooLarge = (c: Context): Response => {
    // The rest of the body is not read, so nothing else can come on this connection.
    c.header("connection", "close");
    return refuse(c, 413, "too-large", `The body may have ${MAX_BODY_BYTES} bytes.`);
  };
  app.post("/v1/guest", bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }), async (c) => {
    const approach = approachOf(c);
    const app = parts.apps.ofVisitor(approach);
    if (!isWelcome(app, approach)) {
      return refuse(c, 403, "forbidden", parts.doorkeeper.refuseOrigin(approach.origin ?? "", app));
    }
    allowOrigin(c, app);
    if (parts.load.isShedding) {
      parts.meter.shed.add("guest");
      return refuse(
        c,
        503,
        "unavailable",
        "The relay has too much to do just now; try again later.",
        SHED_RETRY_MS,
      );
    }
    const signing = app?.policy.guestKey;
    if (!app || !signing) return refuse(c, 403, "forbidden", "This relay lets nobody in without a token.");
    const wait = parts.limiterOf(app).take(limitKeyOf(addressOf(c, parts.addressOf)));
    if (wait > 0) {
      parts.meter.limited.add("guests");
      return refuse(c, 429, "rate-limited", "Too many guests from this address.", wait);
    }
    const body = v.safeParse(request, readJson(await c.req.text()));
    if (!body.success) {
      return refuse(
        c,
        400,
        "invalid",
        'The body must be JSON such as {"name": "Ann"}; `key` has 16 to 128 characters.',
      );
    }
    const { name, key } = body.output;
    const guest = makeGuest(
      { key: key ?? crypto.randomUUID(), ...(name !== undefined && { name }) },
      app.id,
      signing,
      parts.clock.now(),
      app.policy.settings.maxTokenLife,
    );
    c.header("cache-control", "no-store");
    return c.json(guest);
  });
}

/** The body as JSON; none at all is an empty request, and undefined is no JSON object. */
function readJson(text: string): unknown {
  try {
    const json: unknown = text.trim() === "" ? {} : JSON.parse(text);
    return Array.isArray(json) ? undefined : json;
  } catch {
    return undefined;
  }
}

function approachOf(c: Context): Approach {
  const [origin, host, app] = [c.req.header("origin"), c.req.header("host"), c.req.query("app")];
  return {
    ...(origin !== undefined && { origin }),
    ...(host !== undefined && { host }),
    ...(app !== undefined && { app }),
  };
}

function isWelcome(app: App | undefined, { origin, host }: Approach): boolean {
  return origin === undefined || (app !== undefined && isOriginAllowed(origin, host, app.policy.origins));
}

function allowOrigin(c: Context, app: App | undefined): void {
  const approach = approachOf(c);
  const { origin } = approach;
  if (origin === undefined || !isWelcome(app, approach)) return;
  c.header("access-control-allow-origin", origin);
  c.header("vary", "origin");
}

function refuse(
  c: Context,
  status: 400 | 403 | 413 | 429 | 503,
  code: ErrorCode,
  message: string,
  retryAfter?: number,
): Response {
  if (retryAfter !== undefined) c.header("retry-after", String(Math.ceil(retryAfter / 1000)));
  return c.json({ error: { code, message, ...(retryAfter !== undefined && { retryAfter }) } }, status);
}
