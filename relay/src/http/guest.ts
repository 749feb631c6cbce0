import type { KeyObject } from "node:crypto";
import { LIMITS, type ErrorCode } from "@natter/sdk/protocol";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import { makeGuest } from "../auth/guests.ts";
import type { Clock } from "../clock.ts";
import type { AddressLimiter } from "../session/address-limiter.ts";
import { isOriginAllowed, originAdvice, type OriginRule } from "../auth/origins.ts";
import { addressOf } from "./address.ts";

/** What the guest call needs. */
export interface GuestParts {
  app: string;
  /** Absent where guests are not allowed. */
  key: KeyObject | undefined;
  clock: Clock;
  origins: OriginRule;
  /** How often an address may ask for a guest. */
  addresses: AddressLimiter;
  /** The longest life that the relay accepts in a token. */
  maxLifetimeMs: number;
}

/** More than any name and key need; without a limit, a body of any size would be held in memory. */
const MAX_BODY_BYTES = 4096;

const request = v.object({
  name: v.optional(v.pipe(v.string(), v.maxLength(LIMITS.userNameLength * 4))),
  key: v.optional(v.pipe(v.string(), v.minLength(16), v.maxLength(128))),
});

/** `POST /v1/guest {name?, key?}`: a token for somebody without one. */
export function serveGuests(app: Hono, parts: GuestParts): void {
  app.options("/v1/guest", (c) => {
    allowOrigin(c, parts.origins);
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
    const origin = c.req.header("origin");
    if (!isOriginAllowed(origin, c.req.header("host"), parts.origins)) {
      return refuse(c, 403, "forbidden", originAdvice(origin ?? ""));
    }
    allowOrigin(c, parts.origins);
    if (!parts.key) return refuse(c, 403, "forbidden", "This relay lets nobody in without a token.");
    const wait = parts.addresses.take(addressOf(c));
    if (wait > 0) return refuse(c, 429, "rate-limited", "Too many guests from this address.", wait);
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
      parts.app,
      parts.key,
      parts.clock.now(),
      parts.maxLifetimeMs,
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

function allowOrigin(c: Context, rule: OriginRule): void {
  const origin = c.req.header("origin");
  if (origin === undefined || !isOriginAllowed(origin, c.req.header("host"), rule)) return;
  c.header("access-control-allow-origin", origin);
  c.header("vary", "origin");
}

function refuse(
  c: Context,
  status: 400 | 403 | 413 | 429,
  code: ErrorCode,
  message: string,
  retryAfter?: number,
): Response {
  if (retryAfter !== undefined) c.header("retry-after", String(Math.ceil(retryAfter / 1000)));
  return c.json({ error: { code, message, ...(retryAfter !== undefined && { retryAfter }) } }, status);
}
