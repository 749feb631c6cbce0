/** Why a line is worth looking at just now: the network came back, or somebody looks at the page again. */
export type WakeReason = "online" | "shown";

/**
 * Listens for the moments when waiting any longer makes no sense. Does nothing where there is no page.
 *
 * @returns What stops it.
 */
export function onWake(wake: (reason: WakeReason) => void): () => void {
  const stops = [
    listen(globalThis, "online", () => wake("online")),
    listen(globalThis, "pageshow", () => wake("shown")),
    listen(globalThis.document, "visibilitychange", () => {
      if (globalThis.document.visibilityState === "visible") wake("shown");
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function listen(target: Partial<EventTarget> | undefined, type: string, run: () => void): () => void {
  target?.addEventListener?.(type, run);
  return () => target?.removeEventListener?.(type, run);
}
