import { refuseWithIncident } from "./incident.ts";
import { isGuarded } from "./entry.ts";
import { whenLetIn } from "./let-in.ts";
import { authorityIn } from "./seat.ts";
import type { Session } from "./session.ts";
import { submit, type Outcome } from "./submit.ts";
import { verbsFor, type Write } from "./write-rules.ts";

/** Something that is to be stored. */
export function onWrite(session: Session, packet: Write): void {
  if (!session.open) return;
  if (!isGuarded(session.context, session.open.app.id)) return store(session, packet);
  const [verb = "post"] = verbsFor(packet);
  whenLetIn(session, packet, verb, () => store(session, packet));
}

function store(session: Session, packet: Write): void {
  const { open, limits, context } = session;
  if (!open) return;
  submit(context, {
    app: open.app.id,
    packet,
    limits,
    authorityIn: (room) => session.open && authorityIn(session.open, room),
    actor: isAudited(packet) ? session.actor : undefined,
    onOutcome: (outcome) => answer(session, packet, outcome),
    onFault: (error) => refuseWithIncident(session, packet, error),
  });
}

/** What the audit keeps, or may keep. */
function isAudited({ type }: Write): boolean {
  return type === "moderate" || type === "configure" || type === "delete";
}

function answer(session: Session, packet: Write, outcome: Outcome): void {
  if (!session.open) return;
  if (!outcome.ok) return session.refuse(packet, outcome);
  const { epoch, seq, at, duplicate } = outcome;
  session.reply(packet, { epoch, seq, at, ...(duplicate && { duplicate: true as const }) });
}
