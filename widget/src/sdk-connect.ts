// Stands in for @natter/sdk until it exports them.
import type { Chat } from "./sdk.ts";
export class Unauthorized extends Error {}
export function connect(_options: {
  relay: string;
  token?: string | (() => Promise<string>);
  name?: string;
}): Chat {
  throw new Error("not there yet");
}
