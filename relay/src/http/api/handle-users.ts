import type { AuditAction, Author } from "@natter/sdk/protocol";
import type { AuditEntry } from "../../engine/engine.ts";
import type { Call, Handler } from "./call.ts";
import { scan } from "./scan.ts";

/** How long a caller is kept waiting for all to be erased, before they are told that it goes on. */
const FORGET_WAIT_MS = 20_000;

/** `POST /v1/users/{user}/disconnect` */
export const disconnectUser: Handler<"disconnectUser"> = async (call) => {
  const connections = call.api.expulsions.disconnect(call.caller.app, call.user);
  await record(call, { action: "disconnect", user: call.user });
  return { ok: true, body: { connections } };
};

/** `POST /v1/users/{user}/revoke` */
export const revokeUser: Handler<"revokeUser"> = async (call) => {
  const at = call.api.session.clock.now();
  await call.api.expulsions.revoke(call.caller.app, { user: call.user });
  await record(call, { action: "revoke", user: call.user });
  return { ok: true, body: { at } };
};

/** `POST /v1/tokens/{token}/revoke` */
export const revokeToken: Handler<"revokeToken"> = async (call) => {
  const at = call.api.session.clock.now();
  await call.api.expulsions.revoke(call.caller.app, { token: call.token, ...call.body });
  await record(call, { action: "revoke-token", token: call.token });
  return { ok: true, body: { at } };
};

/** `DELETE /v1/users/{user}` */
export const forgetUser: Handler<"forgetUser"> = async ({ api, caller, user }) => {
  const { id, name } = caller.identity.user;
  const by: Author = { id, name, role: "admin" };
  const actor = { user: id, address: caller.address };
  const forgetting = api.engine.registry.forget(caller.app, user, by, actor);
  let stopWaiting = (): void => {};
  const patience = new Promise<undefined>((resolve) => {
    stopWaiting = api.session.clock.after(FORGET_WAIT_MS, () => resolve(undefined));
  });
  try {
    const forgotten = await Promise.race([forgetting, patience]);
    if (forgotten) return { ok: true, body: { done: true, messages: forgotten.messages } };
    // Nobody waits for it any more: what goes wrong is in the log, and tried again.
    forgetting.catch(() => undefined);
    return { ok: true, status: 202, body: { done: false } };
  } finally {
    stopWaiting();
  }
};

/** Entries that are looked through at once for those that fit. */
const SEARCHED = 500;

/** `GET /v1/audit` */
export const readAudit: Handler<"readAudit"> = async ({ api, caller, query }) => {
  const { limit = caller.limits.pageDefault, before, ...given } = query;
  const wanted = { ...given, ...(given.room !== undefined && { room: given.room.normalize() }) };
  const fields = Object.entries(wanted) as ["action" | "room" | "user" | "by", string][];
  const part = (last: AuditEntry | undefined, size: number): Promise<AuditEntry[]> =>
    api.engine.audit.page(caller.app, size, last?.id ?? before);
  const fits = (entry: AuditEntry): boolean => fields.every(([name, value]) => entry[name] === value);
  const { found, rest } = await scan(part, fits, limit, fields.length === 0 ? limit + 1 : SEARCHED);
  return { ok: true, body: { entries: found, more: rest !== undefined, ...(rest && { next: rest.id }) } };
};

/** `GET /v1/app` */
export const readApp: Handler<"readApp"> = ({ api, caller }) => {
  const { user, expiresAt: expires } = caller.identity;
  return { ok: true, body: { app: caller.app, user, expires, ...api.describeApp(caller.app) } };
};

function record(
  { api, caller }: Call,
  what: { action: AuditAction; user?: string; token?: string },
): Promise<void> {
  const { address, identity, app } = caller;
  return api.engine.audit.record(app, { by: identity.user.id, address, ...what });
}
