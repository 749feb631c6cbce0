import type { AnswerOf, BodyOf, OperationId, QueryOf, RoomName } from "@natter/sdk/protocol";
import type { Identity } from "../../auth/claims.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Authority } from "../../session/seat.ts";
import type { SessionContext, SessionLimits } from "../../session/session-context.ts";
import type { HttpRefusal } from "./refuse.ts";

/** Somebody who asks over HTTP: who they are, where, and what they may. */
export interface Caller {
  /** The app's id. */
  app: string;
  identity: Identity;
  limits: SessionLimits;
  authorityIn(room: RoomName): Authority;
  /** From where. */
  address: string;
}

/** Whose tokens and connections can be ended, as the relay itself offers it. */
export interface Expulsions {
  /** Ends a user's connections. Tells how many there were. */
  disconnect(app: string, user: string): number;
  /** Takes a user's tokens out of use, or one by its name. Resolves when that is stored. */
  revoke(app: string, what: { user: string } | { token: string; expires?: number }): Promise<void>;
}

/** What handlers work with. */
export interface ApiContext {
  session: SessionContext;
  engine: Engine;
  expulsions: Expulsions;
  /** How an app is configured, and how many are connected to it here. */
  describeApp(app: string): Pick<AnswerOf<"readApp">, "connections" | "guests" | "defaultRole">;
}

/** One request that was read and may be seen to. */
export interface Call<O extends OperationId = OperationId> {
  api: ApiContext;
  caller: Caller;
  /** Present where the address names them. */
  room: RoomName;
  seq: number;
  user: string;
  token: string;
  query: QueryOf<O>;
  body: BodyOf<O>;
}

/** What comes of a call. */
export type Result<O extends OperationId> =
  { ok: true; status?: number; body: AnswerOf<O> } | ({ ok: false } & HttpRefusal);

/** Sees to a call. */
export type Handler<O extends OperationId> = (call: Call<O>) => Result<O> | Promise<Result<O>>;

/** A refusal, as a result. */
export function refused(refusal: HttpRefusal): { ok: false } & HttpRefusal {
  return { ok: false, ...refusal };
}
