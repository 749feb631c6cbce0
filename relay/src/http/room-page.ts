import type { Apps } from "../apps/apps.ts";
import { parseRoomName, type RoomName } from "@natter/sdk/protocol";
import type { Hono } from "hono";
import { html, raw } from "hono/html";
import { roomKeyOf, type Engine } from "../engine/engine.ts";
import type { StoredMessage } from "../engine/fold.ts";

/** What a room's page needs. */
export interface RoomPageParts {
  apps: Apps;
  engine: Engine;
}

/** Messages that a page shows before its script runs, and to readers without scripts. */
const SHOWN = 50;

/**
 * What the pages of this relay may load: their own scripts and styles, and pictures by https. It is also the
 * policy under which the element promises to work.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html 'allow-duplicates'",
].join("; ");

/** Serves `/r/{room}`, a page with nothing but the room. */
export function serveRoomPages(app: Hono, parts: RoomPageParts): void {
  app.get("/r/:room", async (c) => {
    c.header("content-security-policy", PAGE_POLICY);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    const name = decodeName(c.req.path.slice("/r/".length));
    if (!name.ok) return c.html(page("No such room", html`<p class="note">${name.message}</p>`), 400);
    const named = c.req.query("app");
    const app = parts.apps.ofVisitor(named === undefined ? {} : { app: named });
    const isOpen = app?.policy.guestKey !== undefined && app.policy.defaultRole !== "none";
    // Where anybody may read, the newest messages stand in the page itself.
    const messages = isOpen ? await newest(parts.engine, app.id, name.room) : [];
    return c.html(
      page(
        name.room,
        html`<chat-room room="${name.room}">${fallback(messages)}</chat-room>
          <script type="module" src="/chat-room.js"></script>`,
      ),
    );
  });
  app.get("/room-page.css", (c) => c.body(STYLES, 200, { "content-type": "text/css; charset=utf-8" }));
}

function decodeName(path: string): ReturnType<typeof parseRoomName> {
  try {
    return parseRoomName(decodeURIComponent(path));
  } catch {
    return { ok: false, message: "The room in the address is not percent-encoded UTF-8." };
  }
}

async function newest(engine: Engine, app: string, room: RoomName): Promise<StoredMessage[]> {
  const page = await engine.log.page(roomKeyOf(app, room), SHOWN).catch(() => undefined);
  return page?.messages.filter((message) => message.deletedAt === undefined) ?? [];
}

function page(title: string, body: unknown): ReturnType<typeof html> {
  return html`${raw("<!doctype html>")}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, interactive-widget=resizes-content"
        />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/room-page.css" />
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}

function fallback(messages: readonly StoredMessage[]): unknown {
  if (messages.length === 0)
    return html`<p class="note">The chat needs JavaScript. Nothing was said here yet.</p>`;
  return html`<ol class="messages">
      ${messages.map(
        (message) =>
          html`<li>
            <b dir="auto">${message.by.name}</b>
            <time datetime="${new Date(message.at).toISOString()}"
              >${new Date(message.at).toISOString().slice(0, 16).replace("T", " ")}</time
            >
            <p dir="auto">${message.text}</p>
          </li>`,
      )}
    </ol>
    <p class="note">Turn JavaScript on to take part.</p>`;
}

const STYLES = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
html, body { block-size: 100%; margin: 0; }
body { display: flex; flex-direction: column; box-sizing: border-box; padding: clamp(0rem, 2vw, 1.5rem); }
chat-room { flex: 1; min-block-size: 0; inline-size: 100%; max-inline-size: 56rem; margin-inline: auto; }
chat-room:not(:defined) { overflow: auto; display: block; padding: 1rem; }
.messages { list-style: none; margin: 0 auto; padding: 0; max-inline-size: 44rem; }
.messages p { margin: 0 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.note { text-align: center; color: GrayText; }
time { font-size: .8em; color: GrayText; }
`;
