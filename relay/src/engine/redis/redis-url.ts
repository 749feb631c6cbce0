/** One server by its name or address. */
export interface Place {
  host: string;
  port: number;
}

/** Who we are to a server. */
export interface Credentials {
  user?: string | undefined;
  password?: string | undefined;
}

/** Where a Redis is to be found, and in which of the three ways it is deployed. */
export type Deployment = Credentials & {
  /** True to speak TLS to every server of it. */
  isSecure: boolean;
} & (
    | { kind: "alone"; place: Place; database: number }
    | {
        kind: "sentinel";
        sentinels: readonly Place[];
        /** What the sentinels call the master. */
        master: string;
        database: number;
        /** Who we are to the sentinels. */
        toSentinels: Credentials;
      }
    | { kind: "cluster"; seeds: readonly Place[] }
  );

/** How a URL may look, for help texts and refusals. */
export const URL_FORMS =
  "redis://host:6379, rediss://host:6379 (TLS), redis+sentinel://host1,host2,host3/master or redis+cluster://host1,host2,host3";

const SCHEME = /^(redis|rediss)(?:\+(sentinel|cluster))?:\/\/(.*)$/is;
const PORTS = { alone: 6379, sentinel: 26_379, cluster: 6379 };

/**
 * Reads the URL of a Redis: `redis://`, or `rediss://` for TLS, then `[user[:password]@]`, then
 *
 * - `host[:port][/database]` for a Redis alone (also one behind a name that always leads to the master),
 * - for `redis+sentinel`, the sentinels separated by commas, and `/name-of-the-master[/database]`; what the
 *   sentinels themselves ask for is `?sentinelUser=` and `?sentinelPassword=`,
 * - for `redis+cluster`, some of the nodes separated by commas; the others are found through them.
 *
 * What has a meaning in a URL is written in percent in user and password.
 *
 * @returns the deployment, or why there is none, as the end of "… must be"
 */
export function readRedisUrl(url: string): Deployment | string {
  const [, scheme = "", way = "alone", rest = ""] = SCHEME.exec(url.trim()) ?? [];
  if (scheme === "") return URL_FORMS;
  const kind = way.toLowerCase() as keyof typeof PORTS;
  const [, login, hosts = "", path = "", query = ""] =
    /^(?:([^/?#]*)@)?([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?(?:#.*)?$/s.exec(rest) ?? [];
  const places = hosts.split(",").map((each) => readPlace(each.trim(), PORTS[kind]));
  const sound = places.filter((place) => place !== undefined);
  if (sound.length < places.length) return `${URL_FORMS}, each host with a port at most`;
  const credentials = readLogin(login);
  if (!credentials)
    return "a URL whose user and password are written in percent where they hold signs such as @ or %";
  const isSecure = scheme.toLowerCase() === "rediss";
  const parts = path.split("/").slice(1);
  const common = { ...credentials, isSecure };
  const [first] = sound;
  switch (kind) {
    case "alone": {
      const database = readDatabase(parts[0]);
      if (!first || sound.length > 1) return `${URL_FORMS}: several hosts only with +sentinel or +cluster`;
      if (database === undefined || parts.length > 1) return NO_DATABASE;
      return { ...common, kind, place: first, database };
    }
    case "sentinel": {
      const [name = "", number, ...more] = parts;
      const database = readDatabase(number);
      const master = decoded(name);
      if (!master)
        return "a URL that names the master as the sentinels do: redis+sentinel://host1,host2/mymaster";
      if (database === undefined || more.length > 0) return NO_DATABASE;
      const asked = new URLSearchParams(query);
      const toSentinels = {
        user: asked.get("sentinelUser") ?? undefined,
        password: asked.get("sentinelPassword") ?? undefined,
      };
      return { ...common, kind, sentinels: sound, master, database, toSentinels };
    }
    case "cluster":
      if (parts.some((part) => part !== "" && part !== "0"))
        return "a URL without a database: a Cluster has only one";
      return { ...common, kind, seeds: sound };
  }
}

/** The URL as it may be shown: without user, password, or what the sentinels ask for. */
export function shownUrl(deployment: Deployment): string {
  const scheme = deployment.isSecure ? "rediss" : "redis";
  switch (deployment.kind) {
    case "alone":
      return `${scheme}://${shownPlace(deployment.place)}${shownDatabase(deployment.database)}`;
    case "sentinel": {
      const { sentinels, master, database } = deployment;
      return `${scheme}+sentinel://${sentinels.map(shownPlace).join(",")}/${encodeURIComponent(master)}${shownDatabase(database)}`;
    }
    case "cluster":
      return `${scheme}+cluster://${deployment.seeds.map(shownPlace).join(",")}`;
  }
}

/** `host:port`, an address of IPv6 in brackets. */
export function shownPlace({ host, port }: Place): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

const NO_DATABASE = "a URL with nothing but the number of a database at its end, such as redis://host:6379/2";

function shownDatabase(database: number): string {
  return database === 0 ? "" : `/${database}`;
}

function readDatabase(text = ""): number | undefined {
  if (text === "") return 0;
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

function readPlace(text: string, usualPort: number): Place | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = found?.[3] === undefined ? usualPort : Number(found[3]);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** `user:password`, `:password`, or `user`; undefined when the percent signs make no sense. */
function readLogin(login: string | undefined): Credentials | undefined {
  if (login === undefined || login === "") return {};
  const cut = login.indexOf(":");
  const user = decoded(cut < 0 ? login : login.slice(0, cut));
  const password = cut < 0 ? undefined : decoded(login.slice(cut + 1));
  if (user === undefined || (cut >= 0 && password === undefined)) return undefined;
  return { ...(user ? { user } : {}), ...(password ? { password } : {}) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
