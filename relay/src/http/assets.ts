import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";

/** A script that pages anywhere may load. */
interface Script {
  text: string;
  /** For `integrity=` in a page that pins it. */
  integrity: string;
  etag: string;
}

/** The element's version, which the pinned address of its script bears. */
export const ELEMENT_VERSION = readVersion("@natter/widget/package.json");

/** Serves the element and the SDK's client, to pages of any origin: the scripts are public, the rooms are not. */
export function serveScripts(app: Hono): void {
  const element = once(() => readScript("@natter/widget/chat-room.js"));
  const sdk = once(() => readScript("@natter/widget/natter-sdk.js"));
  const serve = (path: string, load: () => Script | undefined, cache: string): void => {
    app.get(path, (c) => {
      const script = load();
      if (!script) return c.text("This relay was installed without its scripts; run the build.", 503);
      const headers = {
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": cache,
        etag: script.etag,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
        "x-integrity": script.integrity,
      };
      if (c.req.header("if-none-match") === script.etag) return c.body(null, 304, headers);
      return c.body(script.text, 200, headers);
    });
  };
  // The plain address follows the relay's version and is asked for again; the pinned one never changes.
  serve("/chat-room.js", element, "public, max-age=300, must-revalidate");
  serve(`/v${ELEMENT_VERSION}/chat-room.js`, element, "public, max-age=31536000, immutable");
  serve("/natter-sdk.js", sdk, "public, max-age=300, must-revalidate");
}

/** The hash that a page pins the element's script with, or undefined in an install without scripts. */
export function elementIntegrity(): string | undefined {
  return readScript("@natter/widget/chat-room.js")?.integrity;
}

function readScript(name: string): Script | undefined {
  try {
    const text = readFileSync(fileURLToPath(import.meta.resolve(name)), "utf8");
    const hash = createHash("sha384").update(text).digest("base64");
    return { text, integrity: `sha384-${hash}`, etag: `"${hash.slice(0, 24)}"` };
  } catch {
    return undefined;
  }
}

function readVersion(name: string): string {
  const json = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(name)), "utf8")) as {
    version: string;
  };
  return json.version;
}

function once<T>(load: () => T | undefined): () => T | undefined {
  let value: T | undefined;
  return () => (value ??= load());
}
