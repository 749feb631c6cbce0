import type { ChatState, RoomView } from "@natter/sdk";

const STATES = ["live", "connecting", "offline", "refused", "removed", "empty", "unread"] as const;
type State = (typeof STATES)[number];

/** What a page can style by, without a script: `chat-room:state(offline)`. */
export class CustomStates {
  readonly #states: CustomStateSet;

  constructor(host: HTMLElement) {
    this.#states = host.attachInternals().states;
  }

  show(chat: ChatState | undefined, view: RoomView | undefined): void {
    const now = statesOf(chat, view);
    for (const state of STATES) this.#set(state, now.has(state));
  }

  #set(state: State, on: boolean): void {
    try {
      if (on) this.#states.add(state);
      else this.#states.delete(state);
    } catch {
      // Before 2024 browsers wanted another spelling here; they go without.
    }
  }
}

function statesOf(chat: ChatState | undefined, view: RoomView | undefined): Set<State> {
  const states = new Set<State>();
  if (!view) return states;
  states.add(line(chat, view));
  if (view.unread > 0) states.add("unread");
  if (view.status === "live" && view.messages.length === 0) states.add("empty");
  return states;
}

function line(chat: ChatState | undefined, view: RoomView): State {
  if (view.status === "removed" || view.status === "live") return view.status;
  if (chat?.status === "refused") return "refused";
  return chat?.status === "waiting" || view.status === "stale" ? "offline" : "connecting";
}
