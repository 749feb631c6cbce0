import { beforeEach, describe, expect, test } from "vitest";
import type { Engine, Route } from "../../src/engine/engine.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { appendOne, draft, ENDLESS, GARDEN, LOBBY, says, THEIR_LOBBY, type MakeEngine } from "./harness.ts";

/** What every outbox keeps until it was told. */
export function outboxContract(make: MakeEngine): void {
  let engine: Engine;

  beforeEach(async () => {
    engine = await make({ clock: new FakeClock(), retention: ENDLESS });
  });

  const route = (more: Partial<Route> = {}): Route => ({
    to: "hook",
    app: "default",
    kinds: ["message"],
    max: 100,
    ...more,
  });
  const texts = async (to = "hook"): Promise<unknown[]> => {
    const listed = await engine.outbox.list(to, 0, 100);
    const opened = await Promise.all(listed.map(({ id }) => engine.outbox.open(id)));
    return opened.map((parcel) => (parcel?.event?.kind === "message" ? parcel.event.text : parcel?.note));
  };

  describe("[WH2] the outbox", () => {
    test("takes what its routes name from the moment they are there, in order, and for each of them", async () => {
      await appendOne(engine, says("before"));
      await engine.outbox.route([route(), route({ to: "other" })]);
      await appendOne(engine, says("one"));
      await appendOne(engine, draft({ kind: "reaction", target: 1, emoji: "👍", on: true }));
      await appendOne(engine, draft({ kind: "message", text: "two" }, "ann", { room: GARDEN }));
      await appendOne(engine, draft({ kind: "message", text: "theirs" }, "ann", { room: THEIR_LOBBY }));
      expect(await texts()).toEqual(["one", "two"]);
      expect(await texts("other")).toEqual(["one", "two"]);
      const [first] = await engine.outbox.list("hook", 0, 1);
      await engine.outbox.settle([first?.id ?? 0]);
      expect(await texts()).toEqual(["two"]);
      expect(await texts("other")).toEqual(["one", "two"]);
      expect(await engine.outbox.counts("hook")).toEqual({ waiting: 1, dropped: 0 });
    });

    test("a repeat, and what was refused, leave nothing in it", async () => {
      await engine.outbox.route([route()]);
      const same = says("once");
      await appendOne(engine, same);
      await appendOne(engine, same);
      await appendOne(engine, draft({ kind: "message", text: "x", reply: 99 }));
      expect(await texts()).toEqual(["once"]);
    });

    test("notes stand among the events, in rooms that nobody has written to as well", async () => {
      await engine.outbox.route([route()]);
      await engine.outbox.note("hook", LOBBY, "a note");
      await appendOne(engine, says("one"));
      await engine.outbox.note("nobody", LOBBY, "lost");
      expect(await texts()).toEqual(["a note", "one"]);
    });

    test("what was erased, and what was said in a room that was deleted, is told to nobody", async () => {
      await engine.outbox.route([route()]);
      await appendOne(engine, says("rude"));
      await appendOne(engine, draft({ kind: "delete", target: 1 }));
      expect(await texts()).toEqual([undefined]);
      await engine.registry.drop(LOBBY, { user: "mia" });
      expect(await texts()).toEqual([]);
      await appendOne(engine, says("anew"));
      expect(await texts()).toEqual(["anew"]);
    });

    test("is told by who has claimed it, who keeps what waits as long as it is claimed again", async () => {
      await engine.outbox.route([route()]);
      expect(await engine.outbox.claim("hook")).toBeGreaterThan(1000);
      await appendOne(engine, says("one"));
      const listed = await engine.outbox.list("hook", 0, 10);
      expect(await engine.outbox.claim("hook")).toBeGreaterThan(1000);
      expect(await engine.outbox.list("hook", 0, 10)).toEqual(listed);
      expect(await texts()).toEqual(["one"]);
    });

    test("is bounded, and drops what waits for who is no longer told", async () => {
      await engine.outbox.route([route({ max: 2 }), route({ to: "other" })]);
      for (const text of ["1", "2", "3"]) await appendOne(engine, says(text));
      expect(await texts()).toEqual(["2", "3"]);
      expect(await engine.outbox.counts("hook")).toEqual({ waiting: 2, dropped: 1 });
      await engine.outbox.route([route({ to: "other" })]);
      expect(await texts()).toEqual([]);
      expect(await texts("other")).toEqual(["1", "2", "3"]);
      await appendOne(engine, says("4"));
      expect(await texts()).toEqual([]);
    });
  });
}
