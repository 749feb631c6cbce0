/** Every right a token can give in a room. */
export const VERBS = [
  "read",
  "post",
  "react",
  "edit-own",
  "delete-own",
  "signal",
  "delete-any",
  "pin",
  "mute",
  "kick",
  "ban",
  "configure",
  "admin",
] as const;

/** A right in a room. `admin` opens the app's whole HTTP API and comes only with the role of that name. */
export type Verb = (typeof VERBS)[number];

const READER = ["read"] as const satisfies Verb[];
const MEMBER = [...READER, "post", "react", "edit-own", "delete-own", "signal"] as const satisfies Verb[];
const MODERATOR = [
  ...MEMBER,
  "delete-any",
  "pin",
  "mute",
  "kick",
  "ban",
  "configure",
] as const satisfies Verb[];

/** Named sets of verbs, each holding the one before. */
export const ROLES = {
  reader: READER,
  member: MEMBER,
  moderator: MODERATOR,
  admin: [...MODERATOR, "admin"],
} as const satisfies Record<string, readonly Verb[]>;

/** The name of a set of verbs. */
export type Role = keyof typeof ROLES;

/** True for the name of a role. */
export function isRole(value: unknown): value is Role {
  return typeof value === "string" && Object.hasOwn(ROLES, value);
}

/** True for the name of a verb. */
export function isVerb(value: unknown): value is Verb {
  return (VERBS as readonly unknown[]).includes(value);
}
