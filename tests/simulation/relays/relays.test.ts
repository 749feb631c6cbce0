import { expect, it } from "vitest";
import { simulateRelays } from "./run.ts";

/** Which worlds are run: NATTER_SEEDS of them from NATTER_SEED on, each of NATTER_RELAYS relays, or of two and of three. */
const FIRST = Number(process.env["NATTER_SEED"] ?? 1);
const COUNT = Number(process.env["NATTER_SEEDS"] ?? 15);
const RELAYS = process.env["NATTER_RELAYS"];

it("[P1] [P2] [P3] [P4] [P6] [P8] simulated worlds of several relays keep every promise", async () => {
  const total = { acked: 0, deliveries: 0, recoveries: 0, restarts: 0, resets: 0, faults: 0 };
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const relays = RELAYS === undefined ? 2 + (seed % 2) : Number(RELAYS);
    const outcome = await simulateRelays(seed, relays);
    const again = `Replay it with: npm run simulate -- --relays ${relays} --seed ${seed}`;
    expect(outcome.breaches, again).toEqual([]);
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += outcome[key];
  }
  process.stdout.write(`simulated ${COUNT} worlds of several relays: ${JSON.stringify(total)}\n`);
}, 3_600_000);
