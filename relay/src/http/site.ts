import { statSync } from "node:fs";
import { resolve, sep } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Hono } from "hono";
import { OptionError } from "../options.ts";

/** A folder with a web site, and what in it is nobody's business. */
export interface Site {
  root: string;
  /** The relay's own data, which may lie inside. */
  data: string;
}

/**
 * Looks for the folder of a web site.
 *
 * @throws OptionError when it is none
 */
export function findSite(path: string, data: string): Site {
  const root = resolve(path);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new OptionError(`The site must be a folder, which ${JSON.stringify(path)} is not.`);
  }
  return { root, data: resolve(data) };
}

/** Serves a folder at `/`, but for hidden files and the relay's data: whoever names a folder forgets those. */
export function serveSite(app: Hono, { root, data }: Site): void {
  const serve = serveStatic({ root });
  app.get("*", (c, next) => {
    const { path } = c.req;
    return isHidden(path) || isWithin(data, resolve(root, `.${path}`)) ? next() : serve(c, next);
  });
}

/** `.git`, `.env` and their like; `.well-known` is made to be seen. */
function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") && part !== ".well-known");
}

function isWithin(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder + sep);
}
