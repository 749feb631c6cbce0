import { SOCKET_PATH } from "@natter/sdk/protocol";
import { Hono } from "hono";
import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";
import { API_PATHS } from "./api/route.ts";
import { serveApi, type ApiParts } from "./api/serve.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Readiness } from "../telemetry/readiness.ts";
import { serveAdminPage } from "./admin-page.ts";
import { serveScripts } from "./assets.ts";
import { serveEmbedPages } from "./embed-page.ts";
import { serveGuests, type GuestParts } from "./guest.ts";
import { serveMetrics } from "./metrics-page.ts";
import { serveWelcome } from "./pages.ts";
import { serveProbes } from "./probes.ts";
import { logRequests } from "./request-log.ts";
import { serveRoomPages, type RoomPageParts } from "./room-page.ts";
import { serveSite, type Site } from "./site.ts";

/** What the HTTP side is made of. */
export interface HttpParts {
  guests: GuestParts;
  api: ApiParts;
  rooms: RoomPageParts;
  /** A web site to serve beside the rooms. */
  site: Site | undefined;
  isDev: boolean;
  /** Whether the admin page is served. */
  hasAdminPage: boolean;
  readiness: Readiness;
  metrics: Metrics;
  /** What whoever asks for the metrics must bring; empty is nothing. */
  metricsToken: string;
  clock: Clock;
  log: Log;
  newIncident: () => string;
}

/**
 * The paths that belong to the relay when it shares a server with somebody else's application. The metrics do not:
 * that application has some of its own at their address, and can ask the relay for these.
 */
export const OWN_PATHS = new RegExp(
  `^(?:${API_PATHS}|/v1/socket|/v1/openapi\\.json|/healthz|/readyz|/chat-room(?:-[a-z]+)?\\.js|/natter-sdk\\.js|/v[^/]+/(?:chat-room(?:-[a-z]+)?|(?:strings|parts)/[a-z]+)\\.js|/r/.*|/embed/.*|/embed\\.js|/room-page\\.css)$`,
);

/** Those of the admin page, which somebody else's application may have as well: the relay's only where that is said. */
export const ADMIN_PATHS = /^\/admin(?:\.js)?$/;

/** The relay's HTTP side. */
export function httpApp(parts: HttpParts): Hono {
  const app = new Hono();
  logRequests(app, parts.log, parts.clock, parts.newIncident);
  serveProbes(app, parts.readiness);
  serveMetrics(app, parts.metrics, parts.metricsToken);
  app.get(SOCKET_PATH, (c) => {
    c.header("upgrade", "websocket");
    return c.json(
      {
        error: {
          code: "invalid",
          message: "This address is for WebSockets: connect to it by ws:// or wss://.",
        },
      },
      426,
    );
  });
  serveScripts(app);
  serveGuests(app, parts.guests);
  serveApi(app, parts.api);
  serveRoomPages(app, parts.rooms);
  serveEmbedPages(app, parts.rooms);
  if (parts.hasAdminPage) serveAdminPage(app);
  if (parts.site) serveSite(app, parts.site);
  else if (parts.isDev) serveWelcome(app);
  app.notFound((c) =>
    c.json({ error: { code: "not-found", message: "There is nothing at this address." } }, 404),
  );
  app.onError((error, c) => {
    const incident = parts.newIncident();
    parts.log.error({ incident, err: error }, "An HTTP request could not be seen to.");
    return c.json(
      { error: { code: "internal", message: `The relay is at fault; incident ${incident}.` } },
      500,
    );
  });
  return app;
}
