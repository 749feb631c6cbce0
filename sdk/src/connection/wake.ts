/**
 * Listens for the moments when waiting any longer makes no sense: the network is back, or somebody looks at the
 * page again. Does nothing where there is no page.
 *
 * @returns What stops it.
 */
export function onWake(wake: (isOnline: boolean) => void): () => void {
  const page = globalThis.document as Document | undefined;
  const online = (): void => wake(true);
  const shown = (): void => {
    if (page?.visibilityState !== "hidden") wake(false);
  };
  const watch = (method: "addEventListener" | "removeEventListener"): void => {
    // Node has neither a page nor these on its global object.
    globalThis[method]?.("online", online);
    globalThis[method]?.("pageshow", shown);
    page?.[method]("visibilitychange", shown);
  };
  watch("addEventListener");
  return () => watch("removeEventListener");
}
