import type { ViewMessage } from "@natter/sdk";

/** A message of Ann's, stored, with what matters to a test laid over it. */
export function message(over: Partial<ViewMessage> = {}): ViewMessage {
  const seq = over.seq ?? 1;
  return {
    seq,
    at: Date.UTC(2026, 10, 23, 12, 0, seq),
    id: `id-${seq}`,
    by: { id: "ann", name: "Ann" },
    text: `text ${seq}`,
    mine: false,
    ...over,
  };
}
