import { expect, it } from "vitest";
import { killLoop } from "./kill-loop.ts";
import { ALL_WELL } from "./stage.ts";

const seconds = Number(process.env["NATTER_KILL_SECONDS"] ?? 8);
const people = Number(process.env["NATTER_KILL_PEOPLE"] ?? 10);

it(
  `[P1] [P2] [P3] [P8] [RX-04] a relay killed every second for ${seconds} s loses, doubles and reorders nothing`,
  async () => {
    const report = await killLoop(seconds, people);
    process.stdout.write(`kill -9 loop: ${JSON.stringify({ ...report, people })}\n`);
    expect(report).toMatchObject(ALL_WELL);
    expect(report.acked).toBeGreaterThan(report.kills);
  },
  (seconds + 120) * 1000,
);
