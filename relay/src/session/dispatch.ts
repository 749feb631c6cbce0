import type { ClientPacket, ClientPacketOf, ClientPacketType } from "@natter/sdk/protocol";
import { onHello, onToken } from "./handle-hello.ts";
import { onJoin, onLeave } from "./handle-join.ts";
import { onHistory, onMembers, onRestrictions } from "./handle-reading.ts";
import { onRead, onSignal, onTyping } from "./handle-signals.ts";
import { onWrite } from "./handle-writing.ts";
import { refuseWithIncident } from "./incident.ts";
import type { Session } from "./session.ts";

type Handlers = { [T in ClientPacketType]: (session: Session, packet: ClientPacketOf<T>) => void };

/** Every packet a client may send, and who sees to it. */
const HANDLERS: Handlers = {
  hello: onHello,
  token: onToken,
  join: onJoin,
  leave: onLeave,
  post: onWrite,
  edit: onWrite,
  delete: onWrite,
  react: onWrite,
  pin: onWrite,
  moderate: onWrite,
  configure: onWrite,
  history: onHistory,
  members: onMembers,
  restrictions: onRestrictions,
  read: onRead,
  typing: onTyping,
  signal: onSignal,
};

/** Has a packet seen to. A fault of ours is told to the client as one, with a number to find it by. */
export function dispatch(session: Session, packet: ClientPacket): void {
  const handle = HANDLERS[packet.type] as (session: Session, packet: ClientPacket) => void;
  try {
    handle(session, packet);
  } catch (error) {
    refuseWithIncident(session, packet, error);
  }
}
