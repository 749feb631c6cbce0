import { statSync } from "node:fs";
import { appConfigs } from "../apps/plan.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { OptionError } from "../options.ts";
import { readAddress } from "./address.ts";
import { choiceVerdicts } from "./check/choices.ts";
import {
  clockVerdict,
  descriptorLimit,
  descriptorVerdict,
  memoryLimit,
  memoryVerdict,
} from "./check/machine.ts";
import { portVerdict, publishedVerdicts, webhookVerdicts } from "./check/network.ts";
import { redisVerdicts } from "./check/redis.ts";
import { publicSecrets, readWhole } from "./check/settings.ts";
import { storageVerdicts } from "./check/storage.ts";
import { fail, fine, type Verdict } from "./check/verdict.ts";
import { columns } from "./columns.ts";
import type { Command } from "./command.ts";

/** People that a relay is checked for, where nobody says how many. */
const PEOPLE = 1000;

/** `natter-relay check [host:port]` */
export const check: Command = {
  name: "check",
  usage: "natter-relay check [host:port]",
  help: "Tells whether a relay with these settings would run well: all that is wrong with them at once, and whether what they name can be reached. Exit code 0 when it would (also with warnings), 1 when not.",
  flags: {
    people: { takes: "N", help: `how many people are expected at once (${PEOPLE})` },
    json: { help: "the same as JSON" },
  },
  async run(args, terminal) {
    const { host, port } = readAddress(args.positionals);
    const people = readPeople(args.own["people"]);
    const { config, faults } = readWhole({ flags: args.flags, env: terminal.env });
    const verdicts: Verdict[] = faults.map((fault) => fail("settings", fault));
    if (config) {
      const apps = appConfigs(config);
      const { verdict: address, isServed } = await portVerdict(host, port);
      verdicts.push(
        fine("settings", `All are right; ${apps.length === 1 ? "one app" : `${apps.length} apps`}.`),
        ...choiceVerdicts(config, { host, publicSecrets: publicSecrets(args.flags) }),
        address,
        ...(await keptVerdicts(config, isServed)),
        ...(await Promise.all(apps.map(publishedVerdicts))).flat(),
        ...(await Promise.all(apps.map(webhookVerdicts))).flat(),
      );
    }
    verdicts.push(
      clockVerdict(systemClock.now(), statSync(new URL(import.meta.url)).mtimeMs),
      descriptorVerdict(people, descriptorLimit()),
      memoryVerdict(people, memoryLimit()),
    );
    for (const line of args.own["json"] ? [JSON.stringify(verdicts, null, 2)] : inWords(verdicts))
      terminal.out(line);
    return verdicts.some(({ grade }) => grade === "FAIL") ? 1 : 0;
  },
};

/** Where rooms are kept, if they are. */
function keptVerdicts(config: Config, isServed: boolean): Verdict[] | Promise<Verdict[]> {
  if (config.redis !== "") return redisVerdicts(config);
  return config.memory ? [] : storageVerdicts(config.data, isServed);
}

function inWords(verdicts: readonly Verdict[]): string[] {
  const count = (grade: Verdict["grade"]): number => verdicts.filter((each) => each.grade === grade).length;
  const [failed, warned] = [count("FAIL"), count("WARN")];
  const sum =
    failed > 0
      ? `A relay would not run well so: ${failed} failed.`
      : `A relay would run so${warned > 0 ? `; ${warned} to look at` : ""}.`;
  return [...columns(verdicts.map(({ grade, about, found }) => [grade, about, found])), "", sum];
}

function readPeople(written: string | true | undefined): number {
  if (written === undefined) return PEOPLE;
  const people = typeof written === "string" && /^\d{1,7}$/.test(written) ? Number(written) : 0;
  if (people > 0) return people;
  throw new OptionError(`--people must be a whole number from 1 to 9999999, not ${JSON.stringify(written)}.`);
}
