import { beforeEach, describe, expect, test } from "vitest";
import type { Content, Draft, Engine } from "../../src/engine/engine.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { appendOne, draft, ENDLESS, fill, LOBBY, says, THEIR_LOBBY, type MakeEngine } from "./harness.ts";

const DAY = 86_400_000;

/** What every audit keeps, and for how long. */
export function auditContract(make: MakeEngine): void {
  let clock: FakeClock;
  let engine: Engine;

  beforeEach(async () => {
    clock = new FakeClock();
    engine = await make({ clock, retention: ENDLESS, auditAgeMs: 30 * DAY });
    await appendOne(engine, says("a message text", "ann"));
  });

  const add = (content: Content, by = "mia", given: Partial<Draft> = {}) =>
    appendOne(engine, draft(content, by, given));
  const entries = () => engine.audit.page("default", 100);

  describe("[AUD1] the audit", () => {
    test("keeps moderation with whom, how long, why and from where", async () => {
      const until = clock.now() + 1000;
      await add({ kind: "moderation", action: "mute", user: "ann", until, reason: "loud" }, "mia", {
        actor: { address: "192.0.2.1" },
      });
      await add({ kind: "moderation", action: "unmute", user: "ann" });
      expect(await entries()).toEqual([
        { id: 2, at: clock.now(), action: "unmute", by: "mia", room: "lobby", user: "ann" },
        {
          id: 1,
          at: clock.now(),
          action: "mute",
          by: "mia",
          address: "192.0.2.1",
          room: "lobby",
          user: "ann",
          until,
          reason: "loud",
        },
      ]);
    });

    test("keeps settings whole, deletions of what others wrote, and speaking for others", async () => {
      await add({ kind: "settings", change: { title: "Tea" } });
      await add({ kind: "settings", change: { locked: true } });
      await add({ kind: "delete", target: 1, reason: "spam" });
      await add({ kind: "message", text: "in their name" }, "ann", { actor: { user: "root" } });
      expect((await entries()).reverse()).toMatchObject([
        { action: "configure", settings: { title: "Tea" } },
        { action: "configure", settings: { title: "Tea", locked: true } },
        { action: "delete", by: "mia", user: "ann", target: 1, reason: "spam" },
        { action: "post-as", by: "root", user: "ann", target: 5 },
      ]);
    });

    test("keeps nothing of what people say and do themselves", async () => {
      await add({ kind: "edit", target: 1, text: "b" }, "ann");
      await add({ kind: "reaction", target: 1, emoji: "👍", on: true }, "ann");
      await add({ kind: "pin", target: 1, on: true }, "ann");
      await add({ kind: "delete", target: 1 }, "ann");
      expect(await entries()).toEqual([]);
    });

    test("keeps no names and no texts of messages", async () => {
      await add({ kind: "delete", target: 1 });
      await add({ kind: "message", text: "in their name" }, "ann", { actor: { user: "root" } });
      expect(JSON.stringify(await entries())).not.toMatch(/message text|their name|MIA|ANN/);
    });

    test("keeps what happened, once: no repeats, and nothing that was refused", async () => {
      await add({ kind: "settings", change: { title: "Tea" } }, "mia", { id: "x" });
      await add({ kind: "settings", change: { title: "Tea" } }, "mia", { id: "x" });
      await add({ kind: "delete", target: 99 });
      expect(await entries()).toHaveLength(1);
    });

    test("is there before the event is told", async () => {
      let seen: Promise<unknown[]> = Promise.resolve([]);
      await engine.bus.subscribe(LOBBY, () => void (seen = entries()));
      await add({ kind: "settings", change: { title: "Tea" } });
      expect(await seen).toHaveLength(1);
    });

    test("takes other records in their order, and tells them page by page, newest first", async () => {
      for (const user of ["a", "b", "c", "d", "e"]) {
        await engine.audit.record("default", { action: "revoke", by: "root", user });
        clock.jump(1);
      }
      const first = await engine.audit.page("default", 2);
      const second = await engine.audit.page("default", 2, first.at(-1)?.id);
      const third = await engine.audit.page("default", 2, second.at(-1)?.id);
      expect([...first, ...second, ...third].map(({ user }) => user)).toEqual(["e", "d", "c", "b", "a"]);
      expect(await engine.audit.page("default", 2, third.at(-1)?.id)).toEqual([]);
    });

    test("[P7] is each app's own", async () => {
      await add({ kind: "settings", change: { title: "Tea" } }, "mia", { room: THEIR_LOBBY });
      await engine.audit.record("other", { action: "reload", by: "root" });
      expect(await entries()).toEqual([]);
      expect(await engine.audit.page("other", 10)).toHaveLength(2);
    });

    test("lets go of what is older than it is told to keep", async () => {
      await engine.audit.record("default", { action: "reload", by: "root" });
      clock.jump(29 * DAY);
      await engine.audit.record("default", { action: "revoke", by: "root", user: "ann" });
      clock.jump(2 * DAY);
      expect(await entries()).toMatchObject([{ action: "revoke" }]);
    });

    test("outlives its room", async () => {
      await fill(engine, 3);
      await add({ kind: "moderation", action: "kick", user: "ann" });
      await engine.registry.drop(LOBBY, { user: "root" });
      expect(await entries()).toMatchObject([{ action: "delete-room" }, { action: "kick" }]);
    });
  });
}
