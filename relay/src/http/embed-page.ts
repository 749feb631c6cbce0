import type { Hono } from "hono";
import { html } from "hono/html";
import type { OriginRule } from "../auth/origins.ts";
import type { App } from "../apps/app.ts";
import type { Apps } from "../apps/apps.ts";
import { htmlDocument } from "./document.ts";
import { appAttribute, decodeName, PAGE_POLICY } from "./room-page.ts";

/**
 * Serves `/embed/{room}`, a page with nothing but the room, for frames in pages of the app's origins and nobody
 * else's. With `?identity=parent` the page around it is asked for tokens, by messages between the two windows, so
 * that none ever stands in an address.
 */
export function serveEmbedPages(app: Hono, { apps }: { apps: Apps }): void {
  app.get("/embed/:room", (c) => {
    const named = c.req.query("app");
    const found = apps.ofVisitor(named === undefined ? {} : { app: named });
    c.header("content-security-policy", `${PAGE_POLICY}; frame-ancestors ${ancestors(found)}`);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    c.header("cache-control", "no-cache");
    const name = decodeName(c.req.path.slice("/embed/".length));
    if (!name.ok) return c.html(page("No such room", html`<p class="note">${name.message}</p>`), 400);
    const isAsking = c.req.query("identity") === "parent";
    const asks = isAsking && found ? asking(found.policy.origins) : "";
    const more = html`${appAttribute(named)} ${asks}`;
    return c.html(
      page(
        name.room,
        html`<chat-room room="${name.room}" ${more}><p class="note">The chat needs JavaScript.</p></chat-room>
          ${isAsking ? html`<script type="module" src="/embed.js"></script>` : ""}
          <script type="module" src="/chat-room.js"></script>`,
      ),
    );
  });
  app.get("/embed.js", (c) =>
    c.body(SCRIPT, 200, {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=300, must-revalidate",
      "x-content-type-options": "nosniff",
    }),
  );
}

/** The pages that may have the room in a frame: those that may connect, and the relay's own. Pure. */
export function frameAncestors({ allowed, allowLocal }: OriginRule): string {
  if (allowed.includes("*")) return "*";
  const local = ["http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*"];
  // Origins of apps in a web view have schemes that this list cannot name, and no frames.
  const web = allowed.filter((origin) => /^https?:\/\/[^\s;,']+$/.test(origin));
  return ["'self'", ...web, ...(allowLocal ? local : [])].join(" ");
}

/** What has the script ask the page around, and says whose answers count. */
function asking({ allowed, allowLocal }: OriginRule): ReturnType<typeof html> {
  const origins = [...allowed, ...(allowLocal ? [LOCAL] : [])].join(" ");
  return html`data-identity="parent" data-origins="${origins}"`;
}

/** Stands for the pages of this machine in the list of a page. */
const LOCAL = "local";

function page(title: string, body: unknown): ReturnType<typeof html> {
  return htmlDocument(title, body, "embed");
}

function ancestors(app: App | undefined): string {
  return app ? frameAncestors(app.policy.origins) : "'none'";
}

/**
 * Asks the page around the frame for a token, each time one is needed. The question says nothing that is not known
 * there. An answer counts if it comes from that page, and that is one of the list: the browser has looked when the
 * frame was made, and it is looked at again with each answer.
 */
const SCRIPT = `const room = document.querySelector("chat-room[data-identity=parent]");
const origins = new Set(room?.dataset.origins.split(" "));
const isLocal = (origin) => /^https?:\\/\\/(localhost|[^/:]+\\.localhost|127(\\.\\d+){3}|\\[::1\\])(:\\d+)?$/.test(origin);
const isOurs = (origin) =>
  origin === location.origin || origins.has("*") || origins.has(origin) || (origins.has("${LOCAL}") && isLocal(origin));
let asked = 0;
if (room)
  room.getToken = () =>
    new Promise((resolve, reject) => {
      const id = ++asked;
      const over = new AbortController();
      const timer = setTimeout(() => {
        over.abort();
        reject(new Error("The page around the chat gave no token within 10 seconds."));
      }, 10_000);
      addEventListener(
        "message",
        ({ source, origin, data }) => {
          if (source !== parent || !isOurs(origin) || data?.type !== "natter:token" || data.id !== id) return;
          clearTimeout(timer);
          over.abort();
          if (typeof data.token === "string") resolve(data.token);
          else reject(new Error("The page around the chat has no token."));
        },
        { signal: over.signal },
      );
      parent.postMessage({ type: "natter:token-wanted", id, room: room.getAttribute("room") }, "*");
    });
`;
