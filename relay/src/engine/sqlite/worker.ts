import { parentPort, workerData } from "node:worker_threads";
import { openStore, type OpenedStore, type StoreSettings } from "./open-store.ts";
import { carry, type StoreReply, type StoreRequest } from "./store-port.ts";

// The thread that owns the file: it answers one request after the other, and ends when it has closed the store.

const port = parentPort;
if (!port) throw new Error("The storage runs as a worker thread.");

const say = (reply: StoreReply): void => port.postMessage(reply);

try {
  const opened = openStore(workerData as StoreSettings);
  say({ type: "opened", notes: opened.notes });
  port.on("message", (request: StoreRequest) => onRequest(opened, request));
} catch (error) {
  say({ type: "refused", error: carry(error) });
}

function onRequest({ store }: OpenedStore, { ref, method, args }: StoreRequest): void {
  try {
    const call = store[method] as (...given: unknown[]) => unknown;
    say({ type: "done", ref, value: call.apply(store, args) });
  } catch (error) {
    say({ type: "failed", ref, error: carry(error) });
  }
  if (method === "close") port?.close();
}
