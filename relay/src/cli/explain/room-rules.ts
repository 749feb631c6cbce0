import { ROLES, parseRoomName, type Role, type RoomName, type Verb } from "@natter/sdk/protocol";
import { coversRoom, decidingRule, rightsIn, type Grant, type Rule } from "../../auth/permissions.ts";
import { info, ok, refused, shown, type Finding } from "./finding.ts";

/** One pattern of a token, held against a room. */
export interface Pattern {
  pattern: string;
  grants: string;
  covers: boolean;
  decides: boolean;
}

/** What a token gives in a room, and why. */
export interface RoomRuling {
  findings: Finding[];
  patterns: Pattern[];
  role?: Role;
  verbs: Verb[];
}

/** Reads a room's name as the relay does. */
export function nameRule(written: string): { finding: Finding; room?: RoomName } {
  const name = parseRoomName(written);
  if (!name.ok) return { finding: refused("room", name.message, "Name another room.") };
  const changed = name.room === written ? "" : ` (written in another form as ${shown(written)})`;
  return { finding: ok("room", `${shown(name.room)}${changed}.`), room: name.room };
}

/**
 * Holds each pattern of a token against a room. Pure.
 *
 * @param wanted what is to be done there
 */
export function roomRules(
  room: RoomName,
  rules: readonly Rule[] | undefined,
  defaultRole: Role | "none",
  wanted: Verb,
): RoomRuling {
  const best = rules && decidingRule(room, rules);
  const patterns = (rules ?? []).map((rule) => ({
    pattern: rule.pattern,
    grants: grantText(rule.grant),
    covers: coversRoom(rule.pattern, room),
    decides: rule === best,
  }));
  const findings = patterns.map(({ pattern, grants, covers, decides }) =>
    info(
      `rooms ${shown(pattern)}`,
      decides
        ? `Covers the room, and decides${patterns.filter((each) => each.covers).length > 1 ? ": the longest that covers it wins" : ""}. It gives ${grants}.`
        : covers
          ? `Covers the room, and yields to the longer ${shown(best?.pattern)}. It would give ${grants}.`
          : `Does not cover the room. It gives ${grants}.`,
    ),
  );
  const rights = rightsIn(room, rules, defaultRole);
  findings.push(
    info(
      "default role",
      rules
        ? `Not asked: the token says itself what it gives (it would be ${defaultRole}).`
        : `The app gives ${defaultRole} in every room to tokens without \`rooms\`.`,
    ),
  );
  const verbs = [...rights.verbs];
  findings.push(rightsRule(verbs, wanted, { room, rules, best }));
  return { findings, patterns, verbs, ...(rights.role !== undefined && { role: rights.role }) };
}

function rightsRule(
  verbs: readonly Verb[],
  wanted: Verb,
  { room, rules, best }: { room: RoomName; rules: readonly Rule[] | undefined; best: Rule | undefined },
): Finding {
  const given = verbs.length === 0 ? "None in this room." : `${verbs.join(", ")}.`;
  if (verbs.includes(wanted) && (wanted === "read" || verbs.includes("read"))) return ok("rights", given);
  const missing = verbs.includes(wanted) ? "read" : wanted;
  const found = `${given} \`${missing}\` is not among them.`;
  if (!rules)
    return refused(
      "rights",
      found,
      `Give the token \`rooms\`, such as {${shown(room)}: "member"}, or change defaultRole.`,
    );
  if (!best)
    return refused(
      "rights",
      found,
      `No pattern covers the room; add ${shown(room)} or a prefix of it with * at its end.`,
    );
  return refused(
    "rights",
    found,
    `Give ${shown(best.pattern)} a role or verbs with \`${missing}\`, or add a longer pattern.`,
  );
}

function grantText(grant: Grant): string {
  if ("role" in grant) return `${grant.role} (${ROLES[grant.role].join(", ")})`;
  return grant.verbs.length === 0 ? "nothing" : grant.verbs.join(", ");
}
