import type { Hono } from "hono";
import { html } from "hono/html";
import { serveAdminScript } from "./assets.ts";
import { htmlDocument } from "./document.ts";

/**
 * What the admin page may load and do: its own script and styles, calls to its own relay, and nothing else. No page,
 * not even the relay's own, may have it in a frame, where somebody could be led to press its buttons.
 */
export const ADMIN_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html",
].join("; ");

/**
 * Serves `/admin`, which is nothing without an admin token: it asks for one and uses the HTTP API with it, as any
 * program could.
 */
export function serveAdminPage(app: Hono): void {
  app.get("/admin", (c) =>
    c.html(
      htmlDocument(
        "Natter admin",
        html`<natter-admin><p class="note">The admin page needs JavaScript.</p></natter-admin>
          <script type="module" src="/admin.js"></script>`,
        "admin",
      ),
      200,
      {
        "content-security-policy": ADMIN_POLICY,
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "x-robots-tag": "noindex",
        "cache-control": "no-cache",
      },
    ),
  );
  serveAdminScript(app);
}
