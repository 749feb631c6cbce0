import { html, raw } from "hono/html";

/**
 * A page of the relay's own, which loads nothing but its style sheet and what its body names.
 *
 * @param kind the body's class, for pages that are drawn otherwise
 */
export function htmlDocument(title: string, body: unknown, kind?: string): ReturnType<typeof html> {
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
      <body class="${kind ?? ""}">
        ${body}
      </body>
    </html>`;
}
