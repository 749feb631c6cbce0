// Loaded into a relay (`node --import`) to say, when asked over the channel, how long its longest turn was since it
// was asked last. The timer behind it costs the relay a wake-up each millisecond, so it is there in no other run.
import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";

const turns = monitorEventLoopDelay({ resolution: 1 });
turns.enable();
process.on("message", () => {
  process.send?.(turns.max / 1e6);
  turns.reset();
});
process.channel?.unref();
