import type { ConnectOptions } from "@natter/sdk";
import { tellOwner } from "./owner-notes.ts";

/** What leads a connection to a relay in the page's own memory. */
export type MemoryLine = Pick<ConnectOptions, "relay" | "WebSocket" | "fetch" | "storage">;

let line: MemoryLine | undefined;

/**
 * The line to the page's memory, or undefined while the module that holds it is on its way: it is no part of the
 * element, and is fetched from beside it.
 *
 * @param come Called when it is there.
 */
export function memoryLine(come: () => void): MemoryLine | undefined {
  if (!line) void fetchLine().then(come);
  return line;
}

async function fetchLine(): Promise<void> {
  try {
    const { memoryRelay } = await import("./memory.ts");
    line ??= memoryRelay.options;
  } catch (error) {
    tellOwner("failed", `transport="memory" needs a module that could not be loaded: ${String(error)}`);
  }
}
