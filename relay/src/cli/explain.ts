import { isVerb, VERBS } from "@natter/sdk/protocol";
import { systemClock } from "../clock.ts";
import { OptionError } from "../options.ts";
import { appConfig } from "./app-config.ts";
import { columns } from "./columns.ts";
import type { Command } from "./command.ts";
import { explainToken, type Explanation } from "./explain/explain-token.ts";
import { shown, type Outcome } from "./explain/finding.ts";
import { sharedRevocations, storedRevocations } from "./explain/stored-revocations.ts";

/** `natter-relay explain --token … --room …` */
export const explain: Command = {
  name: "explain",
  usage: "natter-relay explain --token TOKEN --room ROOM",
  help: "Tells what a token may do in a room: every rule in order, and the one that decides. Exit code 0 when it is allowed, 1 when not.",
  flags: {
    token: { takes: "TOKEN", help: "the token (needed)" },
    room: { takes: "ROOM", help: "the room (needed)" },
    verb: { takes: "VERB", help: `what is to be done there: ${VERBS.join(", ")} (read)` },
    origin: { takes: "ORIGIN", help: "the page that the connection comes from, such as https://example.org" },
    json: { help: "the same as JSON" },
  },
  async run(args, terminal) {
    const token = needed(args.own["token"], "--token", "a token to look at");
    const room = needed(args.own["room"], "--room", "a room");
    const verb = args.own["verb"] ?? "read";
    if (!isVerb(verb)) throw new OptionError(`--verb must be one of ${VERBS.join(", ")}.`);
    const [stray] = args.positionals;
    if (stray !== undefined) throw new OptionError(`There is one word too many: ${JSON.stringify(stray)}.`);
    const config = appConfig(args, terminal);
    const { origin } = args.own;
    const approach = {
      ...(typeof origin === "string" && { origin }),
      ...(config.apps && args.flags.app !== undefined && { app: args.flags.app }),
    };
    const now = systemClock.now();
    const stored = config.memory
      ? { ok: false as const, why: "with --memory only the running relay knows them" }
      : config.redis === ""
        ? storedRevocations(config.data, now)
        : await sharedRevocations(config, now);
    const explanation = await explainToken(
      { token: token.trim(), room, verb, approach },
      { config, stored, clock: systemClock },
    );
    for (const line of args.own["json"] ? [JSON.stringify(explanation, null, 2)] : inWords(explanation))
      terminal.out(line);
    return explanation.allowed ? 0 : 1;
  },
};

const SIGNS: Record<Outcome, string> = { ok: "ok", refused: "REFUSED", unknown: "unknown", info: "" };

function inWords(explanation: Explanation): string[] {
  const { allowed, decidedBy, because, advice, verb, room, verbs, user, findings } = explanation;
  const who = user ? shown(user.id) : "Who bears this token";
  const table = findings.map(({ rule, outcome, found, advice: how }) => [
    `${rule === decidedBy ? ">" : " "} ${rule}`,
    SIGNS[outcome],
    how === undefined ? found : `${found} ${how}`,
  ]);
  return [
    ...columns(table),
    "",
    `${allowed ? "ALLOWED" : "REFUSED"}: ${who} may ${allowed ? "" : "not "}${verb} in ${shown(room)}.`,
    `Decided by ${decidedBy}: ${because}`,
    ...(advice === undefined ? [] : [`To change it: ${advice}`]),
    ...(allowed ? [`Rights there: ${verbs.join(", ")}.`] : []),
  ];
}

function needed(value: string | true | undefined, flag: string, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new OptionError(`explain needs ${what}: ${flag} ….`);
}
