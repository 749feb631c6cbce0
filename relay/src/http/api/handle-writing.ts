import { randomUUID } from "node:crypto";
import type { Author } from "@natter/sdk/protocol";
import { submit, type Outcome } from "../../session/submit.ts";
import type { Write } from "../../session/write-rules.ts";
import { refused, type Call, type Handler } from "./call.ts";

/** Requests have no number of their own: whoever waits for the answer has the line to it. */
const REF = 0;

/** `POST /v1/rooms/{room}/messages` */
export const postMessage: Handler<"postMessage"> = (call) => {
  const { as, id = randomUUID(), ...message } = call.body;
  if (as && !call.caller.authorityIn(call.room).rights.verbs.has("admin")) {
    const why = "The token gives no right to write in another's name; that needs the role `admin`.";
    return refused({ code: "forbidden", message: why });
  }
  return stored(call, { type: "post", ref: REF, room: call.room, id, ...message }, 201, as);
};

/** `PATCH /v1/rooms/{room}/messages/{seq}` */
export const editMessage: Handler<"editMessage"> = (call) => {
  const { id = randomUUID(), text } = call.body;
  return stored(call, { type: "edit", ref: REF, room: call.room, id, target: call.seq, text }, 200);
};

/** `DELETE /v1/rooms/{room}/messages/{seq}` */
export const deleteMessage: Handler<"deleteMessage"> = (call) => {
  const { id = randomUUID(), ...rest } = call.query;
  return stored(call, { type: "delete", ref: REF, room: call.room, id, target: call.seq, ...rest }, 200);
};

/** `POST /v1/rooms/{room}/messages/{seq}/pin` */
export const pinMessage: Handler<"pinMessage"> = (call) => {
  const { id = randomUUID(), on } = call.body;
  return stored(call, { type: "pin", ref: REF, room: call.room, id, target: call.seq, on }, 200);
};

/** `POST /v1/rooms/{room}/moderation` */
export const moderate: Handler<"moderate"> = (call) => {
  const { id = randomUUID(), ...act } = call.body;
  return stored(call, { type: "moderate", ref: REF, room: call.room, id, ...act }, 201);
};

/** `PATCH /v1/rooms/{room}` */
export const configureRoom: Handler<"configureRoom"> = (call) => {
  const { id = randomUUID(), ...change } = call.body;
  if (Object.keys(change).length === 0) {
    const message = "Name what is to change: `title`, `slowMode` or `locked`.";
    return refused({ code: "invalid", message });
  }
  return stored(call, { type: "configure", ref: REF, room: call.room, id, ...change }, 200);
};

interface StoredBody {
  epoch: string;
  seq: number;
  at: number;
  duplicate?: true;
}

type StoredResult = { ok: true; status: number; body: StoredBody } | ReturnType<typeof refused>;

/** Stores it as a packet of the same words would be. @param status of what is stored now */
async function stored(
  { api, caller }: Pick<Call, "api" | "caller">,
  packet: Write,
  status: number,
  as?: Author,
): Promise<StoredResult> {
  const outcome = await submitted(api, caller, packet, as);
  if (!outcome.ok) return refused(outcome);
  const { epoch, seq, at, duplicate } = outcome;
  if (!duplicate) return { ok: true, status, body: { epoch, seq, at } };
  return { ok: true, status: 200, body: { epoch, seq, at, duplicate } };
}

function submitted(
  api: Call["api"],
  caller: Call["caller"],
  packet: Write,
  as: Author | undefined,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    submit(api.session, {
      app: caller.app,
      packet,
      limits: caller.limits,
      authorityIn: (room) => caller.authorityIn(room),
      ...(as && { as }),
      actor: { user: caller.identity.user.id, address: caller.address },
      onOutcome: resolve,
      onFault: reject,
    });
  });
}
