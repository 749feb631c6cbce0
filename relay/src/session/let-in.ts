import type { RoomName, Verb } from "@natter/sdk/protocol";
import { entryRefusal, isGuarded } from "./entry.ts";
import { authorityIn } from "./seat.ts";
import type { About, Session } from "./session.ts";

/**
 * Runs `go` at once for who is in the room, and where nobody wants to be asked; otherwise when the app lets them:
 * who may not come in does not read or write from outside either.
 */
export function whenLetIn(
  session: Session,
  packet: About & { room: RoomName },
  verb: Verb,
  go: () => void,
): void {
  const { open, context } = session;
  if (!open) return;
  const { id: app } = open.app;
  if (!isGuarded(context, app) || open.seats.get(packet.room)?.state === "joined") return go();
  const { rights } = authorityIn(open, packet.room);
  // Whom the token does not allow it is told so by those who look at tokens.
  if (!rights.verbs.has(verb)) return go();
  void session.turns.run(async () => {
    const why = await entryRefusal(context, {
      app,
      identity: open.identity,
      room: packet.room,
      rights,
      verb,
    });
    if (session.isClosed) return;
    if (why) session.refuse(packet, why);
    else go();
  });
}
