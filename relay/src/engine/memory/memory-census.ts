import type { Census } from "../engine.ts";

/** Where there is one relay, what it has is all there is. */
export const ONE_RELAY: Census = {
  follow: () => () => {},
  changed: () => {},
};
