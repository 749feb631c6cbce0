import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where tests are looked for. */
export const TEST_FOLDERS = [
  "sdk/test",
  "relay/test",
  "widget/test",
  "tests/e2e",
  "tests/system",
  "tests/simulation",
  "tests/conformance",
];

/**
 * Cases of misuse and of operation, by their ids: PR the protocol, AU tokens and origins, AZ rights, OV overload, SD
 * stopping and deploying, MN many relays over one Redis.
 */
export const CASES: Readonly<Record<string, string>> = {
  "PR-01": "invalid UTF-8 ends a connection with 1007",
  "PR-02": "a code point may be split over fragments; an invalid byte in a later fragment ends with 1007",
  "PR-03": "frames that break RFC 6455 end a connection with 1002",
  "PR-04": "close frames, right and wrong, are answered as RFC 6455 says",
  "PR-05": "a frame up to the limit is served, one byte more ends with 1009, in one piece or several",
  "PR-06": "a header that announces far too much is refused at once, and costs no memory",
  "PR-07": "a binary frame ends a connection with 1003",
  "PR-08": "what is no array of packets ends a connection with 4400, however it is nested",
  "PR-09": "unknown types, and missing or wrong fields, are refused; more fields than known are ignored",
  "PR-10": "compression is not agreed to",
  "PR-11": "hundreds of thousands of tiny fragments end a connection, and cost no memory",
  "PR-12": "handshakes that are wrong get a status, and the relay lives on",
  "PR-13": "an origin, host, path or subprotocol that is none costs nothing",
  "PR-14": "a connection that says nothing, or one header a second, is ended within 15 s",
  "PR-15": "a line that is dead in both directions is noticed, and its user leaves",
  "PR-16": "who never answers a close is cut off",
  "PR-17": "pings are answered with what they carry, pongs that nobody asked for are nothing",
  "PR-18": "whatever clients say by chance, the relay is never at fault",
  "PR-19": "framing, fragments and control frames as RFC 6455 draws them, right and wrong",
  "PR-20": "a relay that sends rubbish loses the line, and the client backs off",
  "AU-01": "unsigned tokens, empty signatures and those of other tokens are refused",
  "AU-02": "a public key is no secret to sign with",
  "AU-03": "another algorithm than the key's is refused, also with the right secret",
  "AU-04": "a secret that is short, stands in a document, or is missing stops the start",
  "AU-05": "tokens without an end, with an odd one, or with too long a life are refused",
  "AU-06": "clocks may differ by ten seconds, and not by a minute",
  "AU-07": "tokens for others, and of other issuers, are refused",
  "AU-08": "a user without a clean id is nobody",
  "AU-09": "no token, good or bad, gets into logs, metrics or answers",
  "AU-10": "who says nothing, or anything before `hello`, is closed, and nothing of it is done",
  "AU-11": "a second `hello` makes nobody into somebody else",
  "AU-12": "a connection ends soon after its token, and is told nothing later",
  "AU-13":
    "a client renews its token without a gap, tries again when that fails, and stops when it is told to",
  "AU-14":
    "an origin counts only as it is written; none that is not listed may connect, and `*` is no default",
  "AU-15": "an unknown key lets nobody in, and a key that is taken away puts out whom it let in",
  "AU-16": "a flood of bad tokens costs little, is slowed down, and keeps nobody out who has a good one",
  "AU-17":
    "what proves nothing is told one and the same; only a token that was good is told that it has expired",
  "AZ-01": "who may not read a room is told nothing of it",
  "AZ-02": "who may not write stores nothing",
  "AZ-03": "rooms that are there and rooms that are not look alike to who may not read",
  "AZ-04": "who is kicked in the middle of a burst is told nothing after that",
  "AZ-05": "author, place and time are the relay's, whatever a client sends",
  "AZ-06": "two apps with the same names of rooms and users never meet",
  "AZ-07": "a member is told by the fields that are documented, and no other",
  "AZ-08": "odd names of rooms are refused, or are rooms of their own",
  "AZ-09": "of the patterns the longest decides, and one that nearly fits gives nothing",
  "AZ-10": "what is the operator's is not served to the public",
  "AZ-11": "a connection joins as many rooms as the limit says",
  "AZ-12": "no name breaks a line of the log, or speaks to a terminal",
  "AZ-13": "a relay connects to nobody but those whom its operator has named",
  "OV-01": "who reads nothing holds a bounded amount, and others are not slowed",
  "OV-02": "fifty who read nothing, likewise",
  "OV-03": "who floods is told `rate-limited`, and closed with 4429 when they go on",
  "OV-04": "presence of a large room is told in few words",
  "OV-05": "thousands of idle connections cost little memory and next to no processor time",
  "OV-06": "thousands in one room hear a message within the second",
  "OV-07": "a wave of connections is taken in or refused, and those who are here are served",
  "OV-08": "without file descriptors the relay refuses, and heals when some are free",
  "OV-09": "a relay that runs out of memory refuses newcomers before it dies",
  "OV-10": "limits by address, user and app hold, also against a forged `X-Forwarded-For`",
  "OV-11": "who asks for pages without end is slowed down, and holds a bounded amount",
  "OV-12": "thousands of connections, joins, posts and leavings leave nothing behind",
  "OV-13": "rooms that were used once are forgotten",
  "OV-14": "hundreds who missed hundreds of messages come back at once, and have them all",
  "SD-01": "on SIGTERM a relay is not ready, spreads its clients, loses nothing and exits with 0",
  "SD-02": "a second signal ends it at once",
  "SD-03": "relays that are restarted one after the other lose nobody and nothing",
  "SD-04": "clients that lost their relay come back spread in time",
  "SD-05": "after a close that is final a client stays away",
  "SD-06": "going offline and online again makes one new connection, never two",
  "SD-07": "probes say in each state what is documented",
  "SD-08": "unknown and wrong settings stop the start, and no secret is printed",
  "SD-09": "a fault in a handler is told to its client and to the operator, and the relay goes on",
  "SD-10": "a client of an unknown version of the protocol is refused clearly",
  "MN-01": "what is posted through several relays is told by all of them, once and in one order",
  "MN-02": "a relay that is killed under load loses nothing, and its members leave once",
  "MN-03":
    "a Redis that is killed and restarted loses nothing where it syncs always, and otherwise what it loses is told",
  "MN-04": "while Redis is away nothing is acknowledged, and all is well again by itself",
  "MN-05": "a relay that is cut off alone acknowledges nothing, and its people get all that came meanwhile",
  "MN-06": "a replica takes the place of a master that dies, and what may be lost by that is told",
  "MN-07": "pushes that are lost are found",
  "MN-08": "a relay that stood still tells nothing stale, and all that was missed",
  "MN-09": "a relay that Redis cuts off because it is behind comes back, and fills the gap",
  "MN-10":
    "a Redis that may throw things out is warned of, and what is thrown out is never missing in silence",
  "MN-11": "all that is kept in Redis has our prefix and a time to live",
  "MN-12": "what a relay of another version pushes is passed over, and its rooms are followed",
  "MN-13": "one id sent through several relays at once is one message",
  "MN-14": "a Redis that forgets everything is noticed, and told to everybody",
  "MN-15":
    "connections of a user and of an app are limited over all relays, and the documents say within what time",
};

/** The files in which tests bear each case's id. */
export function filesOfCases(): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const file of TEST_FOLDERS.flatMap(testFiles)) {
    const source = readFileSync(ROOT + file, "utf8");
    for (const id of new Set([...source.matchAll(/\[([A-Z]{2}-\d{2})\]/g)].map(([, found = ""]) => found))) {
      files.set(id, [...(files.get(id) ?? []), file]);
    }
  }
  return files;
}

/** The test files of a folder, by their paths in the repository. */
export function testFiles(folder: string): string[] {
  if (!existsSync(ROOT + folder)) return [];
  const files = readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`)
    .toSorted();
}
