import { ROLES, isRole, type Role, type User, type Verb } from "../protocol/index.ts";

/** What a test relay's token says. It is signed by nobody: this relay believes all of it. */
export interface TestClaims {
  sub: string;
  name?: string;
  picture?: string;
  /** Pattern → role or verbs, as in a real token; `member` everywhere if not given. */
  rooms?: Record<string, Role | Verb[]>;
  /** When it ends, in ms since 1970; never if not given. */
  expires?: number;
}

const PREFIX = "test.";

export function writeTestToken(claims: TestClaims): string {
  return PREFIX + encodeURIComponent(JSON.stringify(claims));
}

/** Undefined for what is no token of this relay's. */
export function readTestToken(token: string): TestClaims | undefined {
  try {
    if (!token.startsWith(PREFIX)) return undefined;
    return JSON.parse(decodeURIComponent(token.slice(PREFIX.length))) as TestClaims;
  } catch {
    return undefined;
  }
}

export function userOf({ sub, name = sub, picture }: TestClaims): User {
  return { id: sub, name, ...(picture !== undefined && { picture }) };
}

/** What the token allows in a room: the longest pattern that fits decides. */
export function rightsIn({ rooms }: TestClaims, room: string): { can: readonly Verb[]; role?: Role } {
  if (!rooms) return { can: ROLES.member, role: "member" };
  const [best] = Object.keys(rooms)
    .filter((pattern) => pattern === room || (pattern.endsWith("*") && room.startsWith(pattern.slice(0, -1))))
    .sort((one, other) => lengthOf(other) - lengthOf(one));
  const right = best === undefined ? [] : (rooms[best] ?? []);
  return typeof right === "string" && isRole(right) ? { can: ROLES[right], role: right } : { can: right };
}

function lengthOf(pattern: string): number {
  return pattern.replace(/\*$/, "").length;
}
