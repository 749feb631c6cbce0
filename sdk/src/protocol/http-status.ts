import type { ErrorCode } from "./errors.ts";

/** The HTTP status that an error code comes with. */
export const HTTP_STATUS = {
  invalid: 400,
  "unknown-type": 400,
  "bad-room": 400,
  unauthorized: 401,
  "token-expired": 401,
  "identity-changed": 403,
  forbidden: 403,
  banned: 403,
  muted: 403,
  locked: 403,
  "slow-mode": 429,
  kicked: 403,
  "room-closed": 410,
  reset: 410,
  "not-joined": 409,
  "not-found": 404,
  "too-large": 413,
  "rate-limited": 429,
  rejected: 422,
  "too-many-rooms": 409,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;
