import { ROLES, type Role, type RoomName, type Verb } from "@natter/sdk/protocol";

/** What a token gives for the rooms a pattern covers: a role by name, or verbs one by one. */
export type Grant = { role: Role } | { verbs: readonly Verb[] };

/** A room name, or a prefix (the text before a final `*`), with what it grants. */
export interface Rule {
  pattern: string;
  grant: Grant;
}

/** What a user may do in a room, and under which role's name. */
export interface Rights {
  role?: Role;
  verbs: ReadonlySet<Verb>;
}

const NOTHING: Rights = { verbs: new Set() };
const OF_ROLE = new Map<Role, Rights>(
  (Object.keys(ROLES) as Role[]).map((role) => [role, { role, verbs: new Set<Verb>(ROLES[role]) }]),
);

/**
 * What the rules of a token give in a room. The longest match wins; a name beats a prefix of the same length.
 * Where no rule covers the room there is no right; where the token names no rules at all, the app's default
 * role holds everywhere.
 */
export function rightsIn(
  room: RoomName,
  rules: readonly Rule[] | undefined,
  defaultRole: Role | "none",
): Rights {
  if (!rules) return defaultRole === "none" ? NOTHING : rightsOf({ role: defaultRole });
  const rule = decidingRule(room, rules);
  return rule ? rightsOf(rule.grant) : NOTHING;
}

/** Whether a token's rules give a role for all rooms of the app: the pattern `*` does, whatever others say. */
export function grantsAllRooms(rules: readonly Rule[] | undefined, role: Role): boolean {
  return (
    rules?.some(({ pattern, grant }) => pattern === "*" && "role" in grant && grant.role === role) ?? false
  );
}

/** The rule that decides about a room: of those that cover it, the longest. */
export function decidingRule(room: RoomName, rules: readonly Rule[]): Rule | undefined {
  let best: Rule | undefined;
  for (const rule of rules) {
    if (coversRoom(rule.pattern, room) && (!best || weight(rule.pattern) > weight(best.pattern))) best = rule;
  }
  return best;
}

function rightsOf(grant: Grant): Rights {
  return "role" in grant ? (OF_ROLE.get(grant.role) ?? NOTHING) : { verbs: new Set(grant.verbs) };
}

/** Whether a pattern, a name or a prefix with `*` at its end, is about a room. */
export function coversRoom(pattern: string, room: RoomName): boolean {
  return pattern.endsWith("*") ? room.startsWith(pattern.slice(0, -1)) : room === pattern;
}

/** Length, with half a point for naming the room whole. */
function weight(pattern: string): number {
  return pattern.endsWith("*") ? pattern.length - 1 : pattern.length + 0.5;
}
