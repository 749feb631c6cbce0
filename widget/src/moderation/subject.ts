import type { Member, Verb } from "@natter/sdk/protocol";

/** Whom or what a moderator turns to: somebody, or the room itself. */
export type Subject = Pick<Member, "id" | "name"> | "room";

/** Asks the room to show what can be done about somebody, or about itself. It goes from part to room and not further. */
export class ModerateEvent extends Event {
  readonly subject: Subject;

  constructor(subject: Subject) {
    super("natter-moderate", { bubbles: true });
    this.subject = subject;
  }
}

/** True for who can do something about other people. */
export function mayModerate(can: ReadonlySet<Verb>): boolean {
  return can.has("mute") || can.has("kick") || can.has("ban");
}

/** True for who is told who is muted or banned. */
export function mayRestrict(can: ReadonlySet<Verb>): boolean {
  return can.has("mute") || can.has("ban");
}

/** True for who can do something about the room, or about people in it. */
export function keepsRoom(can: ReadonlySet<Verb>): boolean {
  return can.has("configure") || mayModerate(can);
}
