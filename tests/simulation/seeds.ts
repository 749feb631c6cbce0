import { expect, it } from "vitest";
import { simulate } from "./run.ts";

/** Which seeds are run: NATTER_SEEDS of them from NATTER_SEED on; 200 from 1 if nobody says. */
const FIRST = Number(process.env["NATTER_SEED"] ?? 1);
const COUNT = Number(process.env["NATTER_SEEDS"] ?? 200);

/**
 * Runs every second seed, so that two files share the work between two cores. A seed that fails prints itself.
 *
 * @param parity 0 for the even seeds, 1 for the odd ones
 */
export function runSeeds(parity: 0 | 1): void {
  const seeds = Array.from({ length: COUNT }, (_, at) => FIRST + at).filter((seed) => seed % 2 === parity);
  const name = `[P1] [P2] [P3] [P4] [P6] [P8] ${seeds.length} simulated worlds keep every promise`;
  it.runIf(seeds.length > 0)(
    name,
    async () => {
      const total = { acked: 0, deliveries: 0, recoveries: 0, restarts: 0, resets: 0, faults: 0 };
      for (const seed of seeds) {
        const outcome = await simulate(seed);
        expect(outcome.breaches, `Replay it with: npm run simulate -- --seed ${seed}`).toEqual([]);
        for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += outcome[key];
      }
      process.stdout.write(`simulated ${seeds.length} worlds: ${JSON.stringify(total)}\n`);
    },
    3_600_000,
  );
}
