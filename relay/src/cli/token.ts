import { isRole, isVerb, type Role, type Verb } from "@natter/sdk/protocol";
import { JwtVerifier } from "../auth/jwt-verifier.ts";
import { mintToken } from "../auth/mint.ts";
import { relayKey } from "../auth/secret.ts";
import { systemClock } from "../clock.ts";
import { readConfig } from "../config.ts";
import { OptionError, OPTIONS, parseDuration } from "../options.ts";
import type { Command } from "./command.ts";

/** `natter-relay token --sub ann …` */
export const token: Command = {
  name: "token",
  usage: "natter-relay token --sub ID",
  help: "Prints a token, signed with the relay's secret.",
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
    const config = readConfig({ flags: args.flags, env: terminal.env });
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
    const key = relayKey({ ...config, dev: config.dev || config.secret === "" });
    const name = text(args.own["name"]);
    const rooms = (args.lists["room"] ?? []).map(readRoom);
    const request = {
      sub,
      expiresInMs,
      ...(name !== undefined && { name }),
      ...(rooms.length > 0 && { rooms: Object.fromEntries(rooms) }),
      ...(config.app !== OPTIONS.app.default && { app: config.app }),
    };
    const { token: made } = mintToken(request, key, systemClock.now());
    const verifier = new JwtVerifier({
      app: config.app,
      key,
      maxLifetimeMs: config.maxTokenLife,
      clock: systemClock,
    });
    const verdict = verifier.verify(made);
    if (!verdict.ok) throw new OptionError(`The relay would not take this token: ${verdict.message}`);
    terminal.out(made);
    return Promise.resolve(0);
  },
};

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
