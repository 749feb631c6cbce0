import { describe, expect, test } from "vitest";
import { MemoryRelay } from "../doubles/memory-relay.ts";

const HOUR = 3_600_000;

async function slowRoom(): Promise<MemoryRelay> {
  const relay = new MemoryRelay();
  const mia = await relay.join({ id: "mia", rooms: { "*": "moderator" } }, "lobby");
  await mia.ask({ type: "configure", room: "lobby", id: "c", slowMode: 7200 });
  await mia.vanish();
  return relay;
}

describe("[LIM10] slow mode holds", () => {
  test("for who left a room that everybody left, and that was forgotten meanwhile", async () => {
    const relay = await slowRoom();
    const ann = await relay.join({ id: "ann", expiresInMs: 10 * HOUR }, "lobby");
    await ann.post("lobby", "one");
    await ann.vanish();
    await relay.clock.pass(HOUR);
    expect(relay.core.context.rooms.size).toBe(0);
    const again = await relay.join({ id: "ann", expiresInMs: 10 * HOUR }, "lobby");
    const refused = await again.askInVain({ type: "post", room: "lobby", id: "two", text: "two" });
    expect(refused.code).toBe("slow-mode");
    expect(refused.retryAfter).toBeGreaterThan(0.9 * HOUR);
    expect(refused.retryAfter).toBeLessThan(1.1 * HOUR);
    await again.vanish();
    await relay.clock.pass(refused.retryAfter ?? 0);
    const later = await relay.join({ id: "ann", expiresInMs: 10 * HOUR }, "lobby");
    await later.post("lobby", "three");
  });

  test("also for who has deleted the message, and behind those of hundreds", async () => {
    const relay = await slowRoom();
    const ann = await relay.join("ann", "lobby");
    const { seq } = await ann.post("lobby", "one");
    await ann.ask({ type: "delete", room: "lobby", id: "d", target: seq });
    await ann.vanish();
    for (let each = 0; each < 450; each++) {
      const other = await relay.join(`user-${each}`, "lobby");
      await other.post("lobby", "me too");
      await other.vanish();
    }
    await relay.clock.pass(HOUR / 2);
    expect(relay.core.context.rooms.size).toBe(0);
    const again = await relay.join("ann", "lobby");
    expect(await again.askInVain({ type: "post", room: "lobby", id: "two", text: "two" })).toMatchObject({
      code: "slow-mode",
    });
    const bob = await relay.join("bob", "lobby");
    await bob.post("lobby", "my first");
  });
});
