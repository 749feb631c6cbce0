import type { RoomName, Verb } from "@natter/sdk/protocol";
import type { Identity } from "../auth/claims.ts";
import type { Rights } from "../auth/permissions.ts";
import type { AuthorizeRequest } from "../hooks/hooks.ts";
import type { Refusal } from "../room/gate.ts";
import type { SessionContext } from "./session-context.ts";

/** Somebody whose token allows them something in a room. */
export interface Entrant {
  /** The app's id. */
  app: string;
  identity: Identity;
  room: RoomName;
  rights: Rights;
  verb: Verb;
  at?: AuthorizeRequest["at"];
}

/** Whether the app itself wants to be asked about who comes into its rooms. */
export function isGuarded({ gates }: Pick<SessionContext, "gates">, app: string): boolean {
  return gates.asks("authorize", app);
}

/** Why the app does not let somebody in; undefined when it does. Never rejects. */
export async function entryRefusal(
  { gates }: Pick<SessionContext, "gates">,
  { app, identity, room, rights, verb, at = "entry" }: Entrant,
): Promise<Refusal | undefined> {
  const { role, verbs } = rights;
  const ruling = await gates.authorize({
    app,
    user: identity.user,
    room,
    verb,
    can: [...verbs],
    ...(role !== undefined && { role }),
    at,
  });
  return ruling.ok ? undefined : { code: ruling.code, message: ruling.message };
}
