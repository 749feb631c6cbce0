import type { ChatHandle } from "./handles.ts";
import { tellOwner } from "./owner-notes.ts";

/** Tries that failed before anybody is told: the first may have met a network that was only just coming up. */
const PATIENCE = 2;

/** What was found out about each relay; nothing while it is being looked into. */
const found = new Map<string, string>();

/**
 * Why no line to this relay has ever come about, in a sentence for the page's owner; empty as long as that is
 * not so, or not known. It is looked into once, by a module that is fetched only then, and told in the console.
 *
 * @param isGuest Whether the relay is asked for a guest's token first.
 * @param changed Called when there is more to say.
 */
export function lineTrouble(relay: string, chat: ChatHandle, isGuest: boolean, changed: () => void): string {
  const { state, user } = chat;
  // Whoever was let in once knows that everything is set up well.
  if (user || (state.status !== "waiting" && state.status !== "connecting")) return "";
  if (state.attempt >= PATIENCE && state.status === "waiting" && !found.has(relay)) {
    found.set(relay, "");
    void lookInto(relay, isGuest, state.error?.code).then(changed);
  }
  return found.get(relay) ?? "";
}

async function lookInto(relay: string, isGuest: boolean, code: string | undefined): Promise<void> {
  const address = relay.replace(/\/+$/, "");
  try {
    const { diagnose } = await import("./doctor.ts");
    const diagnosis = await diagnose(address, isGuest, code);
    if (diagnosis) tell(relay, ...diagnosis);
  } catch {
    // It comes from a relay, too.
    tell(relay, "unreachable", `Nothing answers at ${address}.`);
  }
}

function tell(relay: string, note: Parameters<typeof tellOwner>[0], sentence: string): void {
  found.set(relay, sentence);
  tellOwner(note, sentence);
}
