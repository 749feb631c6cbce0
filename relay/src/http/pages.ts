import { html, raw } from "hono/html";
import type { Hono } from "hono";
import { PAGE_POLICY } from "./room-page.ts";

/** Serves a first page for a relay that was given no site: what to paste, and a room to try. */
export function serveWelcome(app: Hono): void {
  app.get("/", (c) => {
    c.header("content-security-policy", PAGE_POLICY);
    return c.html(
      html`${raw("<!doctype html>")}
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>Natter relay</title>
            <link rel="stylesheet" href="/room-page.css" />
          </head>
          <body>
            <h1 class="note">This is a Natter relay.</h1>
            <p class="note">Try <a href="/r/lobby">the lobby</a>, or paste these two lines into a page:</p>
            <pre class="note">
&lt;script type="module" src="${new URL("/chat-room.js", c.req.url).href}"&gt;&lt;/script&gt;
&lt;chat-room room="lobby"&gt;&lt;/chat-room&gt;</pre>
          </body>
        </html>`,
    );
  });
}
