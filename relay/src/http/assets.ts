import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Context, Hono } from "hono";
import { bestEncoding, encode, type Encoding } from "./encoding.ts";

/** A script that pages anywhere may load. */
interface Script {
  text: string;
  /** For `integrity=` in a page that pins it. */
  integrity: string;
  /** Names the text; each encoding of it has a tag of its own. */
  tag: string;
  /** Each is made when it is first asked for, and kept. */
  encoded: Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>;
}

/** The element's version, which the pinned address of its script bears. */
export const ELEMENT_VERSION = readVersion("@natter/widget/package.json");

/** The plain addresses follow the relay's version and are asked for again; the pinned ones never change. */
const SHORT = "public, max-age=300, must-revalidate";
const FOR_EVER = "public, max-age=31536000, immutable";

/**
 * Serves the element, its parts and languages, and the SDK's client, to pages of any origin: the scripts are public, the
 * rooms are not.
 */
export function serveScripts(app: Hono): void {
  const element = once(() => readScript("@natter/widget/chat-room.js"));
  const sdk = once(() => readScript("@natter/widget/natter-sdk.js"));
  const serve = (path: string, load: () => Script | undefined, cache: string): void =>
    serveScript(app, path, load, cache);
  serve("/chat-room.js", element, SHORT);
  serve(`/v${ELEMENT_VERSION}/chat-room.js`, element, FOR_EVER);
  serve("/natter-sdk.js", sdk, SHORT);
  for (const file of ["chat-room-memory.js", "chat-room-doctor.js"]) {
    const beside = once(() => readScript(`@natter/widget/${file}`));
    serve(`/${file}`, beside, SHORT);
    serve(`/v${ELEMENT_VERSION}/${file}`, beside, FOR_EVER);
  }
  for (const file of [...filesIn("strings"), ...filesIn("parts")]) {
    const script = once(() => readScript(`@natter/widget/bundle/${file}`));
    serve(`/v${ELEMENT_VERSION}/${file}`, script, FOR_EVER);
  }
}

/** Serves the script of the admin page. */
export function serveAdminScript(app: Hono): void {
  serveScript(
    app,
    "/admin.js",
    once(() => readScript("@natter/widget/admin.js")),
    SHORT,
  );
}

function serveScript(app: Hono, path: string, load: () => Script | undefined, cache: string): void {
  app.get(path, async (c) => {
    const script = load();
    if (!script) return c.text("This relay was installed without its scripts; run the build.", 503);
    return answer(c, script, cache);
  });
}

async function answer(c: Context, script: Script, cache: string): Promise<Response> {
  const encoding = bestEncoding(c.req.header("accept-encoding"));
  const etag = `"${script.tag}-${encoding}"`;
  const headers = {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": cache,
    etag,
    vary: "accept-encoding",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    "x-integrity": script.integrity,
  };
  if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
  const bytes = await encoded(script, encoding);
  return c.body(bytes, 200, {
    ...headers,
    ...(encoding !== "identity" && { "content-encoding": encoding }),
  });
}

function encoded({ text, encoded }: Script, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const made = encoded.get(encoding) ?? encode(text, encoding);
  encoded.set(encoding, made);
  return made;
}

/** The hash that a page pins the element's script with, or undefined in an install without scripts. */
export function elementIntegrity(): string | undefined {
  return readScript("@natter/widget/chat-room.js")?.integrity;
}

/** What the element fetches from beside its script when it needs it; nothing in an install without scripts. */
function filesIn(folder: "strings" | "parts"): string[] {
  try {
    const files = readdirSync(new URL(`${folder}/`, import.meta.resolve("@natter/widget/chat-room.js")));
    return files.filter((file) => /^[a-z]+\.js$/.test(file)).map((file) => `${folder}/${file}`);
  } catch {
    return [];
  }
}

function readScript(name: string): Script | undefined {
  try {
    const text = readFileSync(fileURLToPath(import.meta.resolve(name)), "utf8");
    const hash = createHash("sha384").update(text).digest("base64");
    return { text, integrity: `sha384-${hash}`, tag: hash.slice(0, 24), encoded: new Map() };
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
