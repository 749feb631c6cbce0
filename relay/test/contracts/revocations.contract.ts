import { beforeEach, describe, expect, test } from "vitest";
import type { Engine, Revocation } from "../../src/engine/engine.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { ENDLESS, type MakeEngine } from "./harness.ts";

/** What all revocations must do, wherever they are kept. */
export function revocationsContract(make: MakeEngine): void {
  describe("a revocation", () => {
    let clock: FakeClock;
    let engine: Engine;

    const of = (given: Partial<Revocation> = {}): Revocation => ({
      app: "default",
      kind: "user",
      id: "ann",
      at: 1000,
      until: 9000,
      ...given,
    });

    beforeEach(async () => {
      clock = new FakeClock();
      engine = await make({ clock, retention: ENDLESS });
    });

    async function list(now = 2000): Promise<Revocation[]> {
      const held = await engine.revocations.list(now);
      return held
        .map((each) => ({ ...each }))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }

    test("is listed until it ends", async () => {
      expect(await list()).toEqual([]);
      await engine.revocations.add(of());
      expect(await list()).toEqual([of()]);
      expect(await list(9000)).toEqual([of()]);
      expect(await list(9001)).toEqual([]);
    });

    test("[P7] is of one app, one kind and one id", async () => {
      const all = [
        of(),
        of({ app: "other", at: 2 }),
        of({ kind: "token", at: 3 }),
        of({ id: "bob", at: 4 }),
        of({ app: "__proto__", id: "__proto__", at: 5 }),
        of({ id: 'a"b', at: 6 }),
      ];
      for (const each of all) await engine.revocations.add(each);
      expect(await list()).toHaveLength(all.length);
      expect(await list()).toEqual(expect.arrayContaining(all));
    });

    test("of the same thing again moves on, and never back", async () => {
      await engine.revocations.add(of({ at: 1000, until: 9000 }));
      await engine.revocations.add(of({ at: 3000, until: 8000 }));
      expect(await list()).toEqual([of({ at: 3000, until: 9000 })]);
      await engine.revocations.add(of({ at: 500, until: 12_000 }));
      expect(await list()).toEqual([of({ at: 3000, until: 12_000 })]);
    });

    test("is told to whoever listens, until they stop", async () => {
      const heard: Revocation[] = [];
      const stop = engine.revocations.subscribe((revocation) => heard.push(revocation));
      await engine.revocations.add(of());
      expect(heard).toEqual([of()]);
      stop();
      await engine.revocations.add(of({ id: "bob" }));
      expect(heard).toHaveLength(1);
    });
  });
}
