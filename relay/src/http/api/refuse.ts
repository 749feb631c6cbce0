import { HTTP_STATUS, type ErrorCode } from "@natter/sdk/protocol";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Why something is not done over HTTP. */
export interface HttpRefusal {
  code: ErrorCode;
  message: string;
  /** Milliseconds after which it may be asked again. */
  retryAfter?: number;
  incident?: string;
  /** Where it is not the one that the code usually comes with. */
  status?: ContentfulStatusCode;
}

/** How long to wait for what heals by itself, where nobody knows better. */
const RETRY_MS = 1000;

/** Answers what is not done. */
export function refuse(c: Context, refusal: HttpRefusal): Response {
  const { code, message, incident, status = HTTP_STATUS[code] } = refusal;
  const isPassing = status === 503 || status === 429;
  const retryAfter = refusal.retryAfter ?? (isPassing ? RETRY_MS : undefined);
  // Whole seconds, and never so few that it would still be too early.
  if (retryAfter !== undefined) c.header("retry-after", String(Math.max(1, Math.ceil(retryAfter / 1000))));
  if (status === 401) c.header("www-authenticate", challenge(code));
  const error = {
    code,
    message,
    ...(retryAfter !== undefined && { retryAfter: Math.ceil(retryAfter) }),
    ...(incident !== undefined && { incident }),
  };
  return c.json({ error }, status);
}

/** RFC 6750, 3: with which scheme to ask again, and what was wrong with the token there was. */
function challenge(code: ErrorCode): string {
  return code === "token-expired" ? 'Bearer realm="natter", error="invalid_token"' : 'Bearer realm="natter"';
}
