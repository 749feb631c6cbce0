import { execFile } from "node:child_process";
import { cpSync, mkdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** One line of a Dockerfile, with those that continue it. */
interface Step {
  name: string;
  text: string;
}

/** A stage of an image as a folder, and what the image says of itself. */
export interface Stage {
  /** The folder that stands for the image's root. */
  root: string;
  env: Record<string, string>;
  user: string;
  entrypoint: string[];
  command: string[];
}

/** Takes a Dockerfile apart. */
function stepsOf(dockerfile: string): Step[] {
  const lines = dockerfile.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines
    .join("\n")
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => {
      const cut = line.indexOf(" ");
      return { name: line.slice(0, cut), text: line.slice(cut + 1).trim() };
    });
}

/**
 * Does what a Dockerfile says in folders, as far as that can be done without Docker: copies, runs and environment
 * are done, each stage in a folder that stands for its root; base images are what is installed here. Returns the
 * last stage.
 *
 * @param context the folder that the image is made in
 * @param isIgnored whether a path of the context is left out, as `.dockerignore` says
 */
export async function buildInFolders(
  dockerfile: string,
  context: string,
  folder: string,
  isIgnored: (path: string) => boolean,
): Promise<Stage> {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  let cwd = "/";
  for (const { name, text } of stepsOf(dockerfile)) {
    if (name === "FROM") {
      const alias = / AS (\S+)$/.exec(text)?.[1] ?? `stage-${stages.size}`;
      const root = join(folder, alias);
      mkdirSync(root, { recursive: true });
      stage = { root, env: {}, user: "root", entrypoint: [], command: [] };
      stages.set(alias, stage);
      cwd = "/";
      continue;
    }
    if (!stage) throw new Error(`${name} comes before FROM.`);
    const { root } = stage;
    if (name === "WORKDIR") {
      cwd = text;
      mkdirSync(join(root, cwd), { recursive: true });
    } else if (name === "COPY") {
      const parts = text.split(/\s+/);
      const from = /^--from=(\S+)$/.exec(parts[0] ?? "")?.[1];
      const [target = "", ...sources] = (from === undefined ? parts : parts.slice(1)).toReversed();
      for (const source of sources) {
        const origin =
          from === undefined ? join(context, source) : join(stages.get(from)?.root ?? "", source);
        copy(origin, join(root, resolve(cwd, target)), target.endsWith("/"), from === undefined, isIgnored);
      }
    } else if (name === "RUN") {
      await run("sh", ["-c", inFolder(text, root)], {
        cwd: join(root, cwd),
        env: { ...process.env, ...stage.env, npm_config_prefer_offline: "true" },
        maxBuffer: 64 * 1024 * 1024,
      });
    } else if (name === "ENV") {
      for (const pair of text.split(/\s+/)) {
        const [key = "", value = ""] = pair.split("=");
        stage.env[key] = value;
      }
    } else if (name === "USER") stage.user = text;
    else if (name === "ENTRYPOINT") stage.entrypoint = JSON.parse(text) as string[];
    else if (name === "CMD") stage.command = JSON.parse(text) as string[];
  }
  if (!stage) throw new Error("There is no FROM.");
  return stage;
}

/** The image's data folder and its user, as far as a command names them, as they are here. */
function inFolder(command: string, root: string): string {
  return command
    .replaceAll(" /data", ` ${join(root, "data")}`)
    .replaceAll("chown node:node", "chown $(id -u):$(id -g)");
}

function copy(
  from: string,
  to: string,
  isInto: boolean,
  isFromContext: boolean,
  isIgnored: (path: string) => boolean,
): void {
  const target = isInto && statSync(from).isFile() ? join(to, basename(from)) : to;
  cpSync(from, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !isFromContext || !isIgnored(path),
  });
}
