import type { Apps } from "../apps/apps.ts";
import { parseRoomName, type RoomName } from "@natter/sdk/protocol";
import type { Hono } from "hono";
import { html } from "hono/html";
import { roomKeyOf, type Engine } from "../engine/engine.ts";
import type { StoredMessage } from "../engine/fold.ts";
import { htmlDocument } from "./document.ts";

/** What a room's page needs. */
export interface RoomPageParts {
  apps: Apps;
  engine: Engine;
  /** Whether an app itself decides who comes into its rooms: then a page shows nothing before it was asked. */
  isGuarded: (app: string) => boolean;
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
    // In frames of other sites there is /embed, which says in whose.
    c.header("content-security-policy", `${PAGE_POLICY}; frame-ancestors 'self'`);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    const name = decodeName(c.req.path.slice("/r/".length));
    if (!name.ok) return c.html(htmlDocument("No such room", html`<p class="note">${name.message}</p>`), 400);
    const named = c.req.query("app");
    const app = parts.apps.ofVisitor(named === undefined ? {} : { app: named });
    const isOpen =
      app?.policy.guestKey !== undefined && app.policy.defaultRole !== "none" && !parts.isGuarded(app.id);
    // Where anybody may read, the newest messages stand in the page itself.
    const before = beforeOf(c.req.query("before"));
    const shown = isOpen ? await read(parts.engine, app.id, name.room, before) : NOTHING;
    const earlier = shown.earlier === undefined ? undefined : linkTo(name.room, shown.earlier, named);
    return c.html(
      htmlDocument(
        name.room,
        html`<chat-room room="${name.room}" ${appAttribute(named)}
            >${fallback(name.room, shown.messages, earlier, before !== undefined)}</chat-room
          >
          <script type="module" src="/chat-room.js"></script>`,
      ),
    );
  });
  app.get("/room-page.css", (c) => c.body(STYLES, 200, { "content-type": "text/css; charset=utf-8" }));
}

/** Tells the element which app the address of its page names: a guest has no token that would. */
export function appAttribute(named: string | undefined): unknown {
  return named === undefined ? "" : html`app="${named}"`;
}

/** The room that an address names. */
export function decodeName(path: string): ReturnType<typeof parseRoomName> {
  try {
    return parseRoomName(decodeURIComponent(path));
  } catch {
    return { ok: false, message: "The room in the address is not percent-encoded UTF-8." };
  }
}

/** A part of a room, and the seq before which there is more. */
interface Shown {
  messages: StoredMessage[];
  earlier?: number;
}

const NOTHING: Shown = { messages: [] };

async function read(engine: Engine, app: string, room: RoomName, before?: number): Promise<Shown> {
  const page = await engine.log.page(roomKeyOf(app, room), SHOWN, before).catch(() => undefined);
  const first = page?.messages[0];
  return {
    messages: page?.messages.filter((message) => message.deletedAt === undefined) ?? [],
    ...(page?.more && first && { earlier: first.seq }),
  };
}

/** The seq in an address, if it is one. */
function beforeOf(written: string | undefined): number | undefined {
  return written !== undefined && /^[1-9]\d{0,9}$/.test(written) ? Number(written) : undefined;
}

function linkTo(room: RoomName, before: number, app: string | undefined): string {
  const query = new URLSearchParams({ before: String(before), ...(app !== undefined && { app }) });
  return `/r/${encodeURIComponent(room)}?${query.toString()}`;
}

/**
 * The room for readers without scripts. Its words are of languages that nobody has told (`lang=""`), and each runs
 * in its own direction.
 */
function fallback(
  room: RoomName,
  messages: readonly StoredMessage[],
  earlier: string | undefined,
  isOlder: boolean,
): unknown {
  if (messages.length === 0 && earlier === undefined)
    return html`<p class="note">The chat needs JavaScript. Nothing was said here yet.</p>`;
  return html`<h1 class="note" lang="" dir="auto">${room}</h1>
    ${earlier === undefined ? "" : html`<p class="note"><a rel="prev" href="${earlier}">Earlier messages</a></p>`}
    <ol class="messages" lang="">
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
    ${isOlder ? html`<p class="note"><a href="?">Newest messages</a></p>` : ""}
    <p class="note">Turn JavaScript on to take part.</p>`;
}

const STYLES = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
html, body { block-size: 100%; margin: 0; }
body { display: flex; flex-direction: column; box-sizing: border-box; padding: clamp(0rem, 2vw, 1.5rem); }
chat-room { flex: 1; min-block-size: 0; inline-size: 100%; max-inline-size: 56rem; margin-inline: auto; }
chat-room:not(:defined) { overflow: auto; display: block; padding: 1rem; }
body.embed { padding: 0; }
body.admin { display: block; padding: 0; }
.embed chat-room { max-inline-size: none; }
.messages { list-style: none; margin: 0 auto; padding: 0; max-inline-size: 44rem; }
.messages p { margin: 0 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.note { text-align: center; color: GrayText; }
time { font-size: .8em; color: GrayText; }
`;
