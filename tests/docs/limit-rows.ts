import type { OptionName } from "../../relay/src/options.ts";
import type { LimitName } from "../../relay/src/telemetry/meter.ts";

/** One limit, as docs/OPERATING.md tells it. */
export interface LimitRow {
  what: string;
  /** The setting in the long run, and the one for at once where there is one. */
  settings: readonly OptionName[];
  past: string;
  limit: LimitName;
}

const RATED = "`rate-limited`; who goes on is closed with 4429";

/** Every limit that has a setting. */
export const LIMIT_ROWS: readonly LimitRow[] = [
  {
    what: "connections of an address (IPv6: of a /64)",
    settings: ["connectionsPerAddress"],
    past: "HTTP 429 before the upgrade",
    limit: "address",
  },
  {
    what: "connections of a user",
    settings: ["connectionsPerUser"],
    past: "`rate-limited`, closed with 4429",
    limit: "user",
  },
  {
    what: "connections of an app",
    settings: ["maxConnections"],
    past: "`unavailable`, closed with 1013",
    limit: "app",
  },
  { what: "rooms of a connection", settings: ["maxRooms"], past: "`too-many-rooms`", limit: "rooms" },
  {
    what: "packets a second",
    settings: ["packetsPerSecond", "packetsBurst"],
    past: RATED,
    limit: "packets",
  },
  {
    what: "posts a second: messages, edits, reactions and all else that is stored",
    settings: ["postsPerSecond", "postsBurst"],
    past: RATED,
    limit: "posts",
  },
  { what: "bytes a second", settings: ["bytesPerSecond", "bytesBurst"], past: RATED, limit: "bytes" },
  { what: "joins a second", settings: ["joinsPerSecond", "joinsBurst"], past: RATED, limit: "joins" },
  {
    what: "pages of messages or members a second",
    settings: ["historyPerSecond", "historyBurst"],
    past: RATED,
    limit: "history",
  },
  { what: "bytes of a frame", settings: ["maxFrame"], past: "closed with 1009", limit: "frame" },
  { what: "characters of a text", settings: ["maxText"], past: "`too-large`", limit: "text" },
  { what: "bytes of `data`", settings: ["maxData"], past: "`too-large`", limit: "data" },
  {
    what: "bytes that wait to be read",
    settings: ["maxQueue"],
    past: "nothing more is pushed: the connection goes on from the log when it has read. Past 16 times as many in answers, what asks for more is `rate-limited`. Who reads nothing for 30 s is closed with 1013",
    limit: "unread",
  },
  {
    what: "guests of an address a minute",
    settings: ["guestsPerMinute"],
    past: "HTTP 429 with `rate-limited`",
    limit: "guests",
  },
  {
    what: "tokens of an address that prove nothing, a minute",
    settings: ["badTokensPerMinute"],
    past: "`rate-limited` in place of `unauthorized`: HTTP 429, closed with 4429. Good tokens of that address come in",
    limit: "tokens",
  },
];
