import type { ClientPacket } from "@natter/sdk/protocol";
import type { Session } from "./session.ts";

/** Tells a client that the relay is at fault, and the operator what happened, under one number. */
export function refuseWithIncident(session: Session, packet: ClientPacket, error: unknown): void {
  const incident = session.context.newConnectionId();
  session.context.log.error({ incident, type: packet.type, err: error }, "A packet could not be seen to.");
  session.refuse(packet, {
    code: "internal",
    message: `The relay is at fault; its operator finds it in the log under incident ${incident}.`,
    incident,
  });
}
