import type { ClientPacketOf, ModerationAction, Settings, Verb } from "@natter/sdk/protocol";
import type { Appended, Content, Draft } from "../engine/engine.ts";
import { refusal, type Act, type Refusal } from "../room/gate.ts";
import type { Opened } from "../room/rooms.ts";
import type { Room } from "../room/room.ts";
import { refuseWithIncident } from "./incident.ts";
import { authorityIn } from "./seat.ts";
import type { Session } from "./session.ts";
import { dataRefusal, textRefusal } from "./sizes.ts";
import { standingIn } from "./standing.ts";

type Write = ClientPacketOf<"post" | "edit" | "delete" | "react" | "pin" | "moderate" | "configure">;

/** Something that is to be stored: may they, and then into the log. */
export function onWrite(session: Session, packet: Write): void {
  const { open, limits } = session;
  if (!open) return;
  const tooLarge = "text" in packet ? textRefusal(packet.text, limits.textLength) : undefined;
  const tooMuch = packet.type === "post" ? dataRefusal(packet.data, limits.dataBytes) : undefined;
  const why = tooLarge ?? tooMuch;
  if (why) {
    if (why.code === "too-large") session.context.meter.limited.add(tooLarge ? "text" : "data");
    return session.refuse(packet, why);
  }
  session.context.rooms.use(open.app.id, packet.room, (opened) => write(session, packet, opened));
}

function write(session: Session, packet: Write, opened: Opened): void {
  const { open, context } = session;
  if (!open) return;
  if (!opened.ok) return session.refuse(packet, UNAVAILABLE);
  const { room } = opened;
  const now = context.clock.now();
  const why = refusal(actOf(packet), verbsFor(packet), standingIn(session, room), now);
  if (why) return refuseUnlessStored(session, packet, room, why);
  const { rights, author } = authorityIn(open, room.name);
  const draft: Draft = { room: room.key, id: packet.id, by: author, content: contentOf(packet, now, room) };
  if (packet.type === "edit") draft.ownOnly = true;
  if (packet.type === "delete" && !rights.verbs.has("delete-any")) draft.ownOnly = true;
  if (packet.type === "post") room.state.notePost(open.identity.user.id, now);
  context.appender.append(draft, (result) => answer(session, packet, result));
}

/**
 * A refusal is final, so it must not be said of what is stored already: a client that repeats a message whose
 * `ok` was lost gets that `ok`, though it has been muted since. The first try may be in a commit that is still
 * under way, so the log is asked only after that.
 */
function refuseUnlessStored(session: Session, packet: Write, room: Room, why: Refusal): void {
  const { appender, engine } = session.context;
  const userId = session.open?.identity.user.id ?? "";
  appender.afterAll(() => {
    engine.log.find(room.key, userId, packet.id).then(
      (found) => (found ? answer(session, packet, found) : session.refuse(packet, why)),
      (error: unknown) => refuseWithIncident(session, packet, error),
    );
  });
}

function answer(session: Session, packet: Write, result: Appended): void {
  if (!session.open) return;
  if (!result.ok) return session.refuse(packet, result);
  const { epoch, seq, at, duplicate } = result;
  if (packet.type === "post" && !duplicate) {
    session.context.meter.app(session.open.app.id).add("post");
  }
  session.reply(packet, { epoch, seq, at, ...(duplicate && { duplicate: true as const }) });
}

function actOf(packet: Write): Act {
  if (packet.type === "post") return "post";
  return packet.type === "moderate" || packet.type === "configure" || packet.type === "pin"
    ? "moderate"
    : "write";
}

const MODERATION_VERB: Record<ModerationAction, Verb> = {
  kick: "kick",
  mute: "mute",
  unmute: "mute",
  ban: "ban",
  unban: "ban",
};

/** The verbs of which one is needed. */
const NEEDED = {
  post: ["post"],
  react: ["react"],
  pin: ["pin"],
  configure: ["configure"],
  edit: ["edit-own"],
  delete: ["delete-own", "delete-any"],
} satisfies Record<Exclude<Write["type"], "moderate">, readonly Verb[]>;

function verbsFor(packet: Write): readonly Verb[] {
  return packet.type === "moderate" ? [MODERATION_VERB[packet.action]] : NEEDED[packet.type];
}

function contentOf(packet: Write, now: number, room: Room): Content {
  switch (packet.type) {
    case "post": {
      const content: Content = { kind: "message", text: packet.text };
      if (packet.reply !== undefined) content.reply = packet.reply;
      if (packet.data) content.data = packet.data;
      return content;
    }
    case "edit":
      return { kind: "edit", target: packet.target, text: packet.text };
    case "delete":
      return { kind: "delete", target: packet.target, ...reasonOf(packet) };
    case "react":
      return { kind: "reaction", target: packet.target, emoji: packet.emoji, on: packet.on };
    case "pin":
      return { kind: "pin", target: packet.target, on: packet.on };
    case "moderate": {
      const name = room.nameOf(packet.user);
      return {
        kind: "moderation",
        action: packet.action,
        user: packet.user,
        ...(name !== undefined && { name }),
        // A moment that no number can tell would be a bad event to every client that checks it.
        ...(packet.for !== undefined &&
          packet.action !== "kick" && {
            until: Math.min(now + packet.for * 1000, Number.MAX_SAFE_INTEGER),
          }),
        ...reasonOf(packet),
      };
    }
    case "configure":
      return { kind: "settings", change: changeOf(packet) };
    default:
      return packet satisfies never;
  }
}

function reasonOf(packet: { reason?: string }): { reason?: string } {
  return packet.reason === undefined ? {} : { reason: packet.reason };
}

function changeOf({ title, slowMode, locked }: ClientPacketOf<"configure">): Settings {
  return {
    ...(title !== undefined && { title }),
    ...(slowMode !== undefined && { slowMode }),
    ...(locked !== undefined && { locked }),
  };
}

const UNAVAILABLE: Refusal = {
  code: "unavailable",
  message: "The relay cannot open this room just now; nothing was stored. Try again.",
};
