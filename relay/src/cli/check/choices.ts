import { statSync } from "node:fs";
import { appConfigs } from "../../apps/plan.ts";
import type { Config } from "../../config.ts";
import { findSite } from "../../http/site.ts";
import { OptionError, type OptionName } from "../../options.ts";
import { fail, fine, warn, type Verdict } from "./verdict.ts";

/** Whether settings that are right each say what their operator probably meant. */
export function choiceVerdicts(
  config: Config,
  given: { host: string; publicSecrets: readonly OptionName[] },
): Verdict[] {
  const isLocal = given.host === "localhost" || given.host === "::1" || given.host.startsWith("127.");
  return [
    ...(config.dev && !isLocal
      ? [
          warn(
            "dev",
            `With --dev on ${given.host} whoever reaches this machine comes in as a guest; leave it out.`,
          ),
        ]
      : []),
    ...given.publicSecrets.map((name) =>
      warn(
        name,
        `\`${name}\` stands on the command line, which every user of this machine can read; put it into the environment or the config file.`,
      ),
    ),
    ...(config.memory ? [warn("memory only", "With --memory every room is gone when the relay stops.")] : []),
    ...(config.config === "" ? [] : modeVerdict(config.config)),
    ...(config.site === "" ? [] : [siteVerdict(config)]),
    ...originVerdicts(config),
  ];
}

function originVerdicts(config: Config): Verdict[] {
  return appConfigs(config).map(({ id, settings: { origins, dev }, isNamed }) => {
    const about = isNamed ? `origins of ${id}` : "origins";
    if (origins.includes("*"))
      return warn(about, "With `*` every page of the web may connect; list your own.");
    if (origins.length > 0) return fine(about, `${origins.join(", ")}.`);
    return dev
      ? fine(about, "Pages of this machine, in development.")
      : warn(
          about,
          "None is listed, so that only pages of the relay's own host may connect; list those of your site.",
        );
  });
}

/** A config file has secrets in it, as a rule. */
function modeVerdict(path: string): Verdict[] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform === "win32" || (mode & 0o004) === 0) return [];
  return [
    warn(
      "config file",
      `${path} can be read by every user of this machine, with the secrets in it: chmod 640.`,
    ),
  ];
}

function siteVerdict({ site, data }: Config): Verdict {
  try {
    return fine("site", `${findSite(site, data).root} is a folder.`);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    return fail("site", error.message);
  }
}
