import type { ClientPacketOf, ModerationAction, Settings, Verb } from "@natter/sdk/protocol";
import type { Content } from "../engine/engine.ts";
import type { Act } from "../room/gate.ts";
import type { Room } from "../room/room.ts";

/** Whatever is stored. */
export type Write = ClientPacketOf<"post" | "edit" | "delete" | "react" | "pin" | "moderate" | "configure">;

/** What sort of thing it is, as the gate tells them apart. */
export function actOf(packet: Write): Act {
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

const NEEDED = {
  post: ["post"],
  react: ["react"],
  pin: ["pin"],
  configure: ["configure"],
  edit: ["edit-own"],
  delete: ["delete-own", "delete-any"],
} satisfies Record<Exclude<Write["type"], "moderate">, readonly Verb[]>;

/** The verbs of which one is needed. */
export function verbsFor(packet: Write): readonly Verb[] {
  return packet.type === "moderate" ? [MODERATION_VERB[packet.action]] : NEEDED[packet.type];
}

/** What it says, for the log. */
export function contentOf(packet: Write, now: number, room: Room): Content {
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
