import type { ChatError } from "./chat-error.ts";
import type { ConnectionState } from "./connection/machine.ts";

/**
 * How a chat's connection stands.
 *
 * - `idle`: made, and not started;
 * - `connecting`: a token is fetched, a line is made, the relay is greeted. `attempt` counts from 0 the tries
 *   that failed before;
 * - `open`: the relay has said welcome;
 * - `waiting`: no line; the next try is at `retryAt` (ms since 1970), or sooner when the device comes online or
 *   the page becomes visible. `error` is why;
 * - `refused`: trying again would end the same way. `setToken` or `reconnect` lead out;
 * - `closed`: over, by `close`.
 */
export type ChatState =
  | { readonly status: "idle" }
  | { readonly status: "connecting"; readonly attempt: number }
  | { readonly status: "open" }
  | {
      readonly status: "waiting";
      readonly attempt: number;
      readonly retryAt: number;
      readonly error?: ChatError;
    }
  | { readonly status: "refused"; readonly error: ChatError }
  | { readonly status: "closed" };

/** What of a connection's state concerns an application. */
export function chatState(state: ConnectionState): ChatState {
  switch (state.status) {
    case "asking":
    case "dialing":
    case "greeting":
      return { status: "connecting", attempt: state.attempt };
    case "open":
      return { status: "open" };
    case "waiting": {
      const { status, attempt, retryAt, error } = state;
      return { status, attempt, retryAt, ...(error && { error }) };
    }
    case "idle":
    case "refused":
    case "closed":
      return state;
    default:
      return state satisfies never;
  }
}

/** True when an application sees no difference between two states. */
export function isSame(one: ChatState, other: ChatState): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
