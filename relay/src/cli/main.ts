#!/usr/bin/env node
import { run } from "./run.ts";

const complain = (sentence: string): void => void process.stderr.write(`natter-relay: ${sentence}\n`);

process.exitCode = await run(
  process.argv.slice(2),
  {
    env: process.env,
    out: (line) => void process.stdout.write(`${line}\n`),
    onStop(stop) {
      let asked = false;
      const onSignal = (): void => {
        // The second time means it.
        if (asked) process.exit(1);
        asked = true;
        stop();
      };
      process.on("SIGINT", onSignal);
      process.on("SIGTERM", onSignal);
    },
    onReload: (reload) => void process.on("SIGHUP", reload),
  },
  complain,
);
// A timer that somebody forgot must not keep a stopped relay alive.
process.exit();
