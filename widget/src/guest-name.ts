import type { NameChoice } from "./composer/naming.ts";
import { Keepsake } from "./keepsake.ts";
import type { ChatHandle } from "./handles.ts";

/**
 * The guest's name: asked for once on each device and relay. The SDK keeps the name itself; here is kept only
 * that it was asked for.
 */
export function guestName(chat: ChatHandle, relay: string): NameChoice {
  const named = new Keepsake("device", `named:${new URL(relay).href}`);
  return {
    wanted: named.load() === "",
    current: chat.user?.name,
    async choose(name) {
      await chat.rename(name);
      named.save("1");
    },
  };
}
