/** A relay that is measured, in a process of its own that tells what it takes. */
import { createRelay } from "../../relay.ts";
import { usage } from "./usage.ts";

const { data, secret } = JSON.parse(process.argv[2] ?? "{}") as { data: string; secret: string };
// Nobody is silent for so long in a bench, and an answer to heartbeats would be load that was not asked for.
const relay = await createRelay({ data, secret, port: 0, heartbeat: 300_000 });
const address = await relay.listen();
const read = usage();
process.on("message", (asked) => {
  if (asked === "usage") process.send?.(read());
});
// The bench is gone, however it ended.
process.on("disconnect", () => void relay.close().finally(() => process.exit()));
process.send?.({ address });
