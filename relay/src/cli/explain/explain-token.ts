import type { Role, Verb } from "@natter/sdk/protocol";
import type { Approach } from "../../apps/approach.ts";
import { Apps } from "../../apps/apps.ts";
import { Doorkeeper } from "../../apps/doorkeeper.ts";
import { planApps, type Plan } from "../../apps/plan.ts";
import { Revoked } from "../../apps/revoked.ts";
import type { Identity } from "../../auth/claims.ts";
import { KeySets } from "../../auth/key-sets.ts";
import { Keyring } from "../../auth/keyring.ts";
import { OriginNotes } from "../../auth/origin-notes.ts";
import { isOriginAllowed, originAdvice } from "../../auth/origins.ts";
import { audiencesOf } from "../../auth/peek.ts";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config.ts";
import type { FlatConfig } from "../../options.ts";
import { silentLog } from "../../telemetry/log.ts";
import { info, ok, refused, shown, unknown, type Finding } from "./finding.ts";
import { nameRule, roomRules, type Pattern } from "./room-rules.ts";
import type { Stored } from "./stored-revocations.ts";
import * as rules from "./token-rules.ts";

/** What is asked: may who bears this token do this in this room, coming from there? */
export interface Question {
  token: string;
  room: string;
  verb: Verb;
  /** The page's origin, and the app that the address names. */
  approach: Approach;
}

/** The answer, with everything that it rests on. */
export interface Explanation {
  allowed: boolean;
  /** The rule that decides, of {@link findings}. */
  decidedBy: string;
  /** Its sentence. */
  because: string;
  advice?: string;
  app?: string;
  user?: { id: string; name: string };
  room: string;
  verb: Verb;
  role?: Role;
  verbs: Verb[];
  patterns: Pattern[];
  findings: Finding[];
}

/** What an explanation is made from. */
export interface Sources {
  config: Config;
  stored: Stored;
  clock: Clock;
}

/**
 * Goes through what a relay of this configuration goes through, in its order, and asks the relay's own doorkeeper
 * for the verdict: the rules are told one by one here, and decided there.
 *
 * @throws OptionError when no relay could be started so
 */
export async function explainToken(question: Question, sources: Sources): Promise<Explanation> {
  const { config, stored, clock } = sources;
  let why = "nothing was answered.";
  const log = { ...silentLog, warn: (fields: object) => void (why = reasonIn(fields)) };
  const keySets = new KeySets(clock, log, () => {});
  try {
    const plans = planApps(config, keySets, clock);
    const apps = new Apps(plans);
    const revoked = new Revoked(stored.ok ? stored.revocations : []);
    const doorkeeper = new Doorkeeper(apps, revoked, new OriginNotes(silentLog, clock));
    const admitted = await doorkeeper.admit(question.token, question.approach);
    const world = { plans, apps, revoked, why: () => why };
    const findings = await tokenFindings(question, sources, world);
    const name = nameRule(question.room);
    findings.push(name.finding);
    const app = apps.ofToken(question.token, question.approach.app);
    const identity = admitted.ok ? admitted.identity : undefined;
    // Of a token that is refused, no pattern counts.
    const ruling =
      identity && app && name.room !== undefined
        ? roomRules(name.room, identity.rules, app.policy.defaultRole, question.verb)
        : undefined;
    findings.push(...(ruling?.findings ?? []));
    if (!admitted.ok && !findings.some(({ outcome }) => outcome === "refused"))
      findings.push(refused("relay", admitted.message, "Ask for a new token."));
    if (app) findings.push(...limitFindings(app.policy.settings));
    return conclude(question, findings, {
      ...(app && { app: app.id }),
      ...(identity && { user: { id: identity.user.id, name: identity.user.name } }),
      ...(ruling?.role !== undefined && { role: ruling.role }),
      verbs: ruling?.verbs ?? [],
      patterns: ruling?.patterns ?? [],
    });
  } finally {
    keySets.close();
  }
}

interface World {
  plans: readonly Plan[];
  apps: Apps;
  revoked: Revoked;
  why: () => string;
}

async function tokenFindings(
  { token, approach }: Question,
  { stored, clock }: Sources,
  { plans, apps, revoked, why }: World,
): Promise<Finding[]> {
  const now = clock.now();
  const atDoor = apps.isWelcome(approach);
  const findings = atDoor ? [] : [originRule(approach, plans)];
  const { finding, written } = rules.formRule(token);
  findings.push(finding);
  if (!written) return findings;
  const app = apps.ofToken(token, approach.app);
  const plan = plans.find(({ id }) => id === app?.id);
  findings.push(appRule(token, approach, plans, plan));
  if (!plan) return findings;
  const keyring = new Keyring(
    plan.keys,
    plan.sets.map(({ set }) => set),
  );
  const held = await rules.keyRule(written, keyring, plan, why);
  const signed = rules.signatureRule(
    token,
    held.finding.outcome === "ok" ? held.keys : [],
    plans.filter((other) => other !== plan),
  );
  const { key } = signed;
  findings.push(
    held.finding,
    signed.finding,
    rules.timesRule(written, now, plan.policy.settings.maxTokenLife),
    rules.audienceRule(written, key ?? held.keys[0], plan.id),
    rules.issuerRule(written, key ?? held.keys[0]),
    rules.userRule(written, now),
    rules.grantsRule(written, now),
  );
  if (atDoor) findings.push(originRule(approach, [plan]));
  findings.push(revocationRule(written.payload, plan.id, stored, revoked));
  return findings;
}

function appRule(
  token: string,
  { app: named }: Approach,
  plans: readonly Plan[],
  plan: Plan | undefined,
): Finding {
  const names = audiencesOf(token);
  const said =
    names.length === 0 ? "The token names none (`aud`)" : `\`aud\` names ${names.map(shown).join(", ")}`;
  if (plan) return ok("app", `${shown(plan.id)}. ${said}${plans.length === 1 ? "; there is only one" : ""}.`);
  const known = plans.flatMap(({ audiences }) => audiences).map(shown);
  const asked = named === undefined ? "" : `, and the address names ${shown(named)}`;
  return refused("app", `None. ${said}${asked}.`, `Set \`aud\` to that of one app: ${known.join(", ")}.`);
}

function originRule({ origin, host }: Approach, plans: readonly Plan[]): Finding {
  if (origin === undefined)
    return info("origin", "Not asked (--origin); programs that are no browsers send none and are let in.");
  if (plans.some(({ policy }) => isOriginAllowed(origin, host, policy.origins)))
    return ok("origin", `${shown(origin)} may connect.`);
  const [only] = plans;
  const isOne = plans.length === 1 && only !== undefined;
  const place = isOne && only.policy.isNamed ? `the \`origins\` of the app ${shown(only.id)}` : undefined;
  const listed = plans.flatMap(({ policy }) => policy.origins.allowed);
  return refused(
    "origin",
    `${shown(origin)} is not among ${listed.length === 0 ? "the origins: none is listed" : listed.map(shown).join(", ")}. Only pages of the relay's own host need not be.`,
    place === undefined ? originAdvice(origin) : originAdvice(origin, place),
  );
}

function revocationRule(
  { sub, jti, iat }: Record<string, unknown>,
  app: string,
  stored: Stored,
  revoked: Revoked,
): Finding {
  if (!stored.ok) return unknown("revocation", `Not looked at: ${stored.why}.`);
  if (typeof sub !== "string") return info("revocation", "Nobody to look for.");
  const identity: Identity = {
    app,
    user: { id: sub, name: sub },
    expiresAt: 0,
    ...(typeof iat === "number" && { issuedAt: iat * 1000 }),
    ...(typeof jti === "string" && { tokenId: jti }),
  };
  if (!revoked.has(identity))
    return ok("revocation", "Neither this token nor those of its user are revoked.");
  return refused(
    "revocation",
    "This token, or all that its user had, was revoked.",
    "Issue a new one, with an `iat` of now and a `jti` of its own.",
  );
}

function limitFindings(settings: FlatConfig): Finding[] {
  const { maxRooms, postsPerSecond, postsBurst, maxText } = settings;
  return [
    info(
      "limits",
      `${maxRooms} rooms on a connection; ${postsPerSecond} messages a second, ${postsBurst} at once, of ${maxText} characters.`,
    ),
    unknown(
      "the room itself",
      "Bans, mutes, slow mode and a lock stand in the room's log and are not looked at here: they may refuse what this allows.",
    ),
  ];
}

function conclude(
  { room, verb }: Question,
  findings: Finding[],
  rest: Pick<Explanation, "app" | "user" | "role" | "verbs" | "patterns">,
): Explanation {
  const refusal = findings.find(({ outcome }) => outcome === "refused");
  const winner = rest.patterns.find(({ decides }) => decides);
  const name = winner ? `rooms ${shown(winner.pattern)}` : "default role";
  const deciding = refusal ?? findings.find(({ rule }) => rule === name);
  return {
    allowed: refusal === undefined,
    decidedBy: deciding?.rule ?? "rights",
    because: deciding?.found ?? "",
    ...(deciding?.advice !== undefined && { advice: deciding.advice }),
    ...rest,
    room,
    verb,
    findings,
  };
}

/** Why keys could not be fetched, out of what is logged about it. */
function reasonIn(fields: object): string {
  const error: unknown = "err" in fields ? fields.err : undefined;
  if (!(error instanceof Error)) return "nothing was answered.";
  const { cause } = error;
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message;
}
