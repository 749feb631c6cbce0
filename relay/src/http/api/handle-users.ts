import type { AuditAction, Author } from "@natter/sdk/protocol";
import type { Call, Handler } from "./call.ts";

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

/** `GET /v1/audit` */
export const readAudit: Handler<"readAudit"> = async ({ api, caller, query }) => {
  const { limit = caller.limits.pageDefault, before } = query;
  const found = await api.engine.audit.page(caller.app, limit + 1, before);
  return { ok: true, body: { entries: found.slice(0, limit), more: found.length > limit } };
};

function record(
  { api, caller }: Call,
  what: { action: AuditAction; user?: string; token?: string },
): Promise<void> {
  const { address, identity, app } = caller;
  return api.engine.audit.record(app, { by: identity.user.id, address, ...what });
}
