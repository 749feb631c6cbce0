import { HTTP_OPERATIONS, type HttpOperation, type OperationId, type RoomName } from "@natter/sdk/protocol";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { grantsAllRooms } from "../../auth/permissions.ts";
import type { ApiContext, Call, Caller, Handler, Result } from "./call.ts";
import { allowOrigin, answerPreflight } from "./cors.ts";
import { HANDLERS } from "./handlers.ts";
import { OPENAPI_PATH, openApi } from "./openapi.ts";
import { refuse, type HttpRefusal } from "./refuse.ts";
import { readBody, readPath, readQuery, type PathValues } from "./request.ts";
import { routeOf } from "./route.ts";

/** Who asks, or why they may not. */
export type Asker = { ok: true; caller: Omit<Caller, "address"> } | ({ ok: false } & HttpRefusal);

/** What the HTTP API needs of the relay. */
export interface ApiParts {
  context: ApiContext;
  /** Of the software, for the document. */
  version: string;
  /** Bytes of a body at most. */
  bodyBytes: number;
  /** Why a page of this origin may not ask; undefined when it may. */
  originRefusal: (origin: string | undefined, host: string | undefined) => string | undefined;
  /** Says who a token speaks for, when a page of this origin brings it. */
  identify: (
    token: string,
    origin: string | undefined,
    host: string | undefined,
    address: string,
  ) => Asker | Promise<Asker>;
  /** True when there is too much to do for one more call; it counts as refused then. */
  shed: () => boolean;
  /** Why the app does not let somebody into a room whom their token lets in; undefined when it does. */
  entryRefusal: (
    caller: Caller,
    room: RoomName | undefined,
    isWrite: boolean,
  ) => Promise<HttpRefusal | undefined> | undefined;
  /** Takes one from what a user may ask for; otherwise the milliseconds until there will be one. */
  take: (caller: Omit<Caller, "address">, isWrite: boolean) => number;
  addressOf: (c: Context) => string;
  /** Logs a fault of ours and returns the word that it is found by. */
  onFault: (error: unknown) => string;
}

/** The operations that are served elsewhere, because they need no token. */
const ELSEWHERE: ReadonlySet<OperationId> = new Set(["makeGuest"]);

/**
 * What is done also while there is too much to do, because it takes off some of the load: who floods is put out, and a
 * room that boils over is locked or slowed down.
 */
const RELIEVING: ReadonlySet<OperationId> = new Set([
  "moderate",
  "configureRoom",
  "disconnectUser",
  "revokeUser",
  "revokeToken",
]);

/** When who was not served may ask again. */
const SHED_RETRY_MS = 5000;

/** Serves the HTTP API, and the document that describes it. */
export function serveApi(app: Hono, parts: ApiParts): void {
  serveDocument(app, parts.version);
  const tooLarge = (c: Context): Response => {
    // The rest of the body is not read, so nothing else can come on this connection.
    c.header("connection", "close");
    return refuse(c, { code: "too-large", message: `The body may have ${parts.bodyBytes} bytes.` });
  };
  app.all("/v1/*", bodyLimit({ maxSize: parts.bodyBytes, onError: tooLarge }), async (c, next) => {
    const route = routeOf(new URL(c.req.url).pathname);
    if (!route) return next();
    c.header("cache-control", "no-store");
    const origin = c.req.header("origin");
    const advice = parts.originRefusal(origin, c.req.header("host"));
    if (advice !== undefined) return refuse(c, { code: "forbidden", message: advice });
    allowOrigin(c, origin);
    const allowed = methodsOf(route.operations.keys());
    if (c.req.method === "OPTIONS") return answerPreflight(c, allowed);
    const id = route.operations.get(c.req.method === "HEAD" ? "GET" : c.req.method);
    if (!id || ELSEWHERE.has(id)) {
      c.header("allow", allowed.join(", "));
      const message = `${c.req.method} is not for this address; these are: ${allowed.join(", ")}.`;
      return refuse(c, { code: "invalid", message, status: 405 });
    }
    return answer(c, parts, id, route.raw);
  });
}

function methodsOf(methods: Iterable<string>): string[] {
  const listed = [...methods];
  return [...listed, ...(listed.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
}

async function answer(
  c: Context,
  parts: ApiParts,
  id: OperationId,
  raw: Readonly<Record<string, string>>,
): Promise<Response> {
  try {
    const result = await see(c, parts, id, raw);
    if (!result.ok) return refuse(c, result);
    return c.json(result.body as object, (result.status ?? 200) as ContentfulStatusCode);
  } catch (error) {
    if (isTrouble(error)) {
      parts.onFault(error);
      return refuse(c, { code: "unavailable", message: "The relay cannot do this just now. Try again." });
    }
    const incident = parts.onFault(error);
    const message = `The relay is at fault; its operator finds it in the log under incident ${incident}.`;
    return refuse(c, { code: "internal", message, incident });
  }
}

/** Storage that is full, busy or gone is not our mistake, and may be back in a moment. */
function isTrouble(error: unknown): boolean {
  return error instanceof Error && error.name === "StorageError";
}

async function see(
  c: Context,
  parts: ApiParts,
  id: OperationId,
  raw: Readonly<Record<string, string>>,
): Promise<Result<OperationId>> {
  const operation: HttpOperation = HTTP_OPERATIONS[id];
  if (!RELIEVING.has(id) && parts.shed()) {
    const message = "The relay has too much to do just now; nothing was done. Try again later.";
    return { ok: false, code: "unavailable", message, retryAfter: SHED_RETRY_MS };
  }
  const address = parts.addressOf(c);
  const asker = await identify(c, parts, address);
  if (!asker.ok) return asker;
  const wait = parts.take(asker.caller, operation.method !== "GET");
  if (wait > 0) {
    const message = `Too many requests; wait ${Math.ceil(wait)} ms before the next.`;
    return { ok: false, code: "rate-limited", message, retryAfter: wait };
  }
  const path = readPath(raw);
  if (!path.ok) return path;
  const caller: Caller = { ...asker.caller, address };
  const forbidden = whyForbidden(operation, caller, path.value);
  if (forbidden !== undefined) return { ok: false, code: "forbidden", message: forbidden };
  const query = readQuery(new URL(c.req.url).searchParams, operation.query);
  if (!query.ok) return query;
  const refusal = await parts.entryRefusal(caller, path.value.room, operation.method !== "GET");
  if (refusal) return { ok: false, ...refusal };
  const body = readBody(await c.req.arrayBuffer(), c.req.header("content-type"), operation);
  if (!body.ok) return body;
  // The table has checked that path, query and body are what this handler takes.
  const handle = HANDLERS[id as keyof typeof HANDLERS] as Handler<OperationId>;
  const call = { api: parts.context, caller, ...path.value, query: query.value, body: body.value };
  return handle(call as Call);
}

const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;

function identify(c: Context, parts: ApiParts, address: string): Asker | Promise<Asker> {
  const header = c.req.header("authorization");
  const token = BEARER.exec(header ?? "")?.[1];
  if (token === undefined) {
    const message = "Send a token: `Authorization: Bearer <JWT>`.";
    return { ok: false, code: "unauthorized", message };
  }
  return parts.identify(token, c.req.header("origin"), c.req.header("host"), address);
}

/**
 * Whether the caller's token gives what the operation needs. It is asked before the room is looked at, so that who
 * may not read learns nothing of which rooms there are.
 */
function whyForbidden({ right }: HttpOperation, caller: Caller, { room }: PathValues): string | undefined {
  if (right === "guest" || right === "anybody") return undefined;
  if (right === "app-admin") {
    return grantsAllRooms(caller.identity.rules, "admin")
      ? undefined
      : 'The token gives no right to do this; it needs the role `admin` for all rooms, `{"*": "admin"}`.';
  }
  const { verbs } = caller.authorityIn(room as RoomName).rights;
  const needed = typeof right === "string" ? [right] : right;
  if (needed.some((verb) => verbs.has(verb))) return undefined;
  const named = needed.map((verb) => `\`${verb}\``).join(" or ");
  return `The token gives no right to do this here; it needs ${named}.`;
}

function serveDocument(app: Hono, version: string): void {
  let text: string | undefined;
  app.get(OPENAPI_PATH, (c) => {
    text ??= JSON.stringify(openApi(version));
    return c.body(text, 200, {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "public, max-age=300",
      "access-control-allow-origin": "*",
    });
  });
}
