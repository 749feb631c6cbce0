import { describe, expect, test } from "vitest";
import { EventFeed } from "../../src/hooks/event-feed.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

const post = (room: string, id: string): { type: "post"; room: string; id: string; text: string } => ({
  type: "post",
  room,
  id,
  text: id,
});

describe("[HOOK5] onEvent hears what is stored, in order for each room, and nobody waits for it", () => {
  test("a slow hook holds up its room's next event, not another room, and not the members", async () => {
    const relay = new MemoryRelay();
    const heard: string[] = [];
    const waiting: (() => void)[] = [];
    const { clock, log } = relay;
    const call = ({ room, event }: { room: string; event: { seq: number } }): Promise<void> => {
      heard.push(`${room} ${event.seq}`);
      return new Promise((resolve) => waiting.push(resolve));
    };
    const feed = new EventFeed(call, { bus: relay.engine.bus, clock, log });
    const ann = await relay.join("ann", "a");
    await ann.ask({ type: "join", room: "b" });
    for (const id of ["1", "2"]) await ann.ask(post("a", id));
    await ann.ask(post("b", "3"));
    await clock.settle();
    expect(ann.texts).toEqual(["1", "2", "3"]);
    expect(heard).toEqual(["a 1", "b 1"]);
    for (const done of waiting.splice(0)) done();
    await clock.settle();
    expect(heard).toEqual(["a 1", "b 1", "a 2"]);
    for (const done of waiting.splice(0)) done();
    await feed.close(1000);
  });

  test("one that throws or hangs is told, and hears the next", async () => {
    const relay = new MemoryRelay();
    const heard: number[] = [];
    const call = ({ event }: { event: { seq: number } }): unknown => {
      heard.push(event.seq);
      if (event.seq === 1) throw new Error("words of ann");
      return event.seq === 2 ? new Promise(() => {}) : undefined;
    };
    const { clock, log } = relay;
    new EventFeed({ call, timeoutMs: 100 }, { bus: relay.engine.bus, clock, log });
    const ann = await relay.join("ann", "a");
    for (const id of ["1", "2", "3"]) await ann.ask(post("a", id));
    await clock.pass(101);
    expect(heard).toEqual([1, 2, 3]);
    expect(log.entries).toHaveLength(2);
    expect(JSON.stringify(log.entries)).not.toContain("words");
  });
});
