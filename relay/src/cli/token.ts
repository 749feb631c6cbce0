import { isRole, isVerb, type Role, type Verb } from "@natter/sdk/protocol";
import { planApps, signingKey, type Plan } from "../apps/plan.ts";
import { JwtVerifier } from "../auth/jwt-verifier.ts";
import { KeySets } from "../auth/key-sets.ts";
import { Keyring } from "../auth/keyring.ts";
import { mintFor, type SigningKey } from "../auth/mint.ts";
import type { Verdict } from "../auth/token-verifier.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { OptionError, parseDuration } from "../options.ts";
import { silentLog } from "../telemetry/log.ts";
import { appConfig } from "./app-config.ts";
import type { Arguments } from "./arguments.ts";
import type { Command, Terminal } from "./command.ts";

/** `natter-relay token --sub ann …` */
export const token: Command = {
  name: "token",
  usage: "natter-relay token --sub ID",
  help: "Prints a token, signed with the relay's secret, or with the first HS256 key of the app that --app names.",
  flags: {
    sub: { takes: "ID", help: "the user's id (needed)" },
    name: { takes: "NAME", help: "the name that others see" },
    room: {
      takes: "PATTERN=ROLE",
      isMany: true,
      help: "a room or prefix* with a role, or verbs as post+react; may be repeated",
    },
    expires: { takes: "TIME", help: "how long it is good for (1h)" },
  },
  run(args, terminal) {
    const config = configFor(args, terminal);
    const sub = text(args.own["sub"]);
    if (!sub) throw new OptionError("A token needs a user: --sub ann.");
    const expires = text(args.own["expires"]) ?? "1h";
    const expiresInMs = parseDuration(expires);
    if (!(expiresInMs > 0))
      throw new OptionError(
        `--expires must be a time such as 30m, 1h or 7d, not ${JSON.stringify(expires)}.`,
      );
    const [stray] = args.positionals;
    if (stray !== undefined) throw new OptionError(`There is one word too many: ${JSON.stringify(stray)}.`);
    const app = chooseApp(config, args.flags.app);
    const key = keyOf(app);
    const name = text(args.own["name"]);
    const rooms = (args.lists["room"] ?? []).map(readRoom);
    const request = {
      sub,
      expiresInMs,
      ...(name !== undefined && { name }),
      ...(rooms.length > 0 && { rooms: Object.fromEntries(rooms) }),
    };
    const { token: made } = mintFor(app.id, key, request, systemClock.now());
    const verdict = verify(app, made);
    if (!verdict.ok) throw new OptionError(`The relay would not take this token: ${verdict.message}`);
    terminal.out(made);
    return Promise.resolve(0);
  },
};

/** Without keys there is the secret of development. */
function configFor(args: Arguments, terminal: Terminal): Config {
  const read = appConfig(args, terminal);
  return { ...read, dev: read.dev || (read.secret === "" && read.keys === undefined) };
}

function chooseApp(config: Config, named: string | undefined): Plan {
  const plans = planApps(config, new KeySets(systemClock, silentLog, () => {}), systemClock);
  const [only] = plans;
  if (!config.apps && only) return only;
  const found = plans.find(({ id }) => id === (named ?? (plans.length === 1 ? only?.id : "default")));
  if (found) return found;
  const ids = plans.map(({ id }) => id).join(", ");
  throw new OptionError(`Name the app that the token is for with --app: there are ${ids}.`);
}

function keyOf({ id, keys }: Plan): SigningKey {
  const key = signingKey(keys);
  if (key) return key;
  throw new OptionError(
    `The app ${JSON.stringify(id)} has no HS256 key; its tokens are signed where its keys are.`,
  );
}

/** Holds the token against the keys that are written down: nothing is asked for. */
function verify({ id, keys, policy }: Plan, made: string): Verdict {
  const options = { app: id, maxLifetimeMs: policy.settings.maxTokenLife, clock: systemClock };
  const verdict = new JwtVerifier({ ...options, keyring: new Keyring(keys) }).verify(made);
  if (verdict instanceof Promise) throw new TypeError("A keyring without published keys answers at once.");
  return verdict;
}

function text(value: string | true | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Reads `lobby=member` or `lobby=read+post`. The last `=` counts, since a room's name may have one. */
function readRoom(written: string): [string, Role | Verb[]] {
  const cut = written.lastIndexOf("=");
  const pattern = written.slice(0, cut);
  const grant = written.slice(cut + 1);
  if (cut > 0 && isRole(grant)) return [pattern, grant];
  const verbs = grant.split("+");
  if (cut > 0 && verbs.every((verb): verb is Verb => isVerb(verb))) return [pattern, verbs];
  throw new OptionError(
    `--room must be such as 'lobby=member' or 'team-*=read+post', not ${JSON.stringify(written)}.`,
  );
}
