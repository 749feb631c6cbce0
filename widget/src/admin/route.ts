/** What is looked at. Only names that are no secret stand in an address: rooms, users, what is searched for. */
export type Route =
  | { page: "rooms" }
  | { page: "room"; room: string }
  | { page: "moderation" }
  | { page: "audit"; filter: AuditFilter }
  | { page: "people"; user: string }
  | { page: "apps" };

/** What the audit is searched for; what is empty is not asked for. */
export interface AuditFilter {
  action: string;
  room: string;
  user: string;
  by: string;
}

/** Nothing in particular. */
export const ALL_OF_IT: AuditFilter = { action: "", room: "", user: "", by: "" };

/** Reads the part of an address after `#`. What is none of ours is the list of rooms. Pure. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const [page, ...rest] = path.split("/");
  const named = decoded(rest.join("/"));
  switch (page) {
    case "room":
      return named === "" ? { page: "rooms" } : { page: "room", room: named };
    case "moderation":
      return { page: "moderation" };
    case "audit": {
      const given = new URLSearchParams(query);
      const names = Object.keys(ALL_OF_IT) as (keyof AuditFilter)[];
      const filter = Object.fromEntries(names.map((name) => [name, given.get(name) ?? ""]));
      return { page: "audit", filter: { ...ALL_OF_IT, ...filter } };
    }
    case "people":
      return { page: "people", user: named };
    case "apps":
      return { page: "apps" };
    default:
      return { page: "rooms" };
  }
}

/** The address of it, from `#` on. Pure. */
export function addressOf(route: Route): string {
  switch (route.page) {
    case "room":
      return `#/room/${encodeURIComponent(route.room)}`;
    case "people":
      return route.user === "" ? "#/people" : `#/people/${encodeURIComponent(route.user)}`;
    case "audit": {
      const given = Object.entries(route.filter).filter(([, value]) => value !== "");
      const query = new URLSearchParams(given as [string, string][]).toString();
      return query === "" ? "#/audit" : `#/audit?${query}`;
    }
    case "rooms":
    case "moderation":
    case "apps":
      return `#/${route.page}`;
    default:
      return route satisfies never;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
