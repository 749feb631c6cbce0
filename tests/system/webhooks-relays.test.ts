import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Receiver } from "../../relay/test/webhooks/receiver.ts";
import { RawClient, SECRET } from "../support/raw-client.ts";
import { findRedis, RedisServer } from "../support/redis-server.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { pause, until } from "../support/until.ts";

const ROOMS = ["one", "two", "three"];

describe.skipIf(!findRedis())("[WH9] webhooks of several relays over one Redis", () => {
  let folder = "";
  let redis: RedisServer;
  let receiver: Receiver;
  const relays: RelayProcess[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "natter-webhooks-relays-"));
    redis = await RedisServer.start();
    receiver = await new Receiver().open();
  });

  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.close();
    await receiver.close();
    await redis.close();
    rmSync(folder, { recursive: true });
  });

  async function start(count: number, events: readonly string[]): Promise<void> {
    const file = join(folder, "natter.json");
    const webhook = { url: receiver.url, secret: receiver.secret, events, allowPrivate: true };
    writeFileSync(file, JSON.stringify({ secret: SECRET, webhooks: [webhook] }));
    for (let at = 0; at < count; at++) {
      relays.push(await RelayProcess.start({ args: ["--config", file, "--redis", redis.url] }));
    }
  }

  /** Says a word after another in a room until it is stopped, or cannot go on; `stored` is told what was stored. */
  async function babble(
    relay: RelayProcess,
    room: string,
    stored: string[],
    isOver: () => boolean,
  ): Promise<void> {
    const client = await RawClient.join(relay.url, `ann-${room}`, room);
    for (let said = 0; !isOver(); said++) {
      const id = `${new URL(relay.url).port}-${room}-${said}`;
      const saying = client.ask({ type: "post", room, id, text: id });
      const reply = await Promise.race([saying, client.closed.then(() => undefined)]).catch(() => undefined);
      if (reply?.type !== "ok") break;
      stored.push(id);
      await pause(10);
    }
    await client.close();
  }

  const attempts = async ({ url }: RelayProcess): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^natter_webhook_attempts_total\{.*outcome="taken".*\} (\d+)$/m.exec(text)?.[1] ?? 0);
  };

  test("[WH2] all that was stored is told, in order, when the relay that tells it is killed", async () => {
    receiver.answer = (response) => void setTimeout(() => response.end(), 5);
    await start(2, ["message.created"]);
    let isOver = false;
    const stored: string[] = [];
    const babbling = relays.flatMap((relay) =>
      ROOMS.map((room) => babble(relay, room, stored, () => isOver)),
    );
    await until(() => receiver.delivered.length > 60, "some were told");
    const told = await Promise.all(relays.map(attempts));
    expect(told.filter((count) => count > 0)).toHaveLength(1);
    const teller = relays[told.findIndex((count) => count > 0)] as RelayProcess;
    await teller.stop("SIGKILL");
    const killedAt = performance.now();
    const before = receiver.delivered.length;
    await pause(1000);
    isOver = true;
    await Promise.all(babbling);
    await until(() => stored.every((text) => receiver.texts().includes(text)), "all was told", 60_000);
    const found = {
      stored: stored.length,
      repeats: receiver.delivered.length - receiver.texts().length,
      goneOnAfterMs: Math.round(performance.now() - killedAt),
      afterIt: receiver.delivered.length - before,
    };
    process.stdout.write(`the relay that tells webhooks is killed: ${JSON.stringify(found)}\n`);
    expect(found.goneOnAfterMs).toBeLessThan(30_000);
    // What was taken and not noted yet, in each room.
    expect(found.repeats).toBeLessThan(ROOMS.length * 10);
    expect(receiver.forged).toBe(0);
    for (const room of ROOMS) {
      const seen = new Set<string>();
      const seqs = receiver.delivered.flatMap(({ id, room: of, seq }) => {
        if (of !== room || seen.has(id)) return [];
        seen.add(id);
        return seq ?? 0;
      });
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => at + 1));
    }
  }, 120_000);

  test("[WH2] all that was stored is told when Redis is killed in the middle of it, and comes back", async () => {
    await redis.close();
    redis = await RedisServer.start({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    receiver.answer = (response) => void setTimeout(() => response.end(), 5);
    await start(2, ["message.created"]);
    const stored: string[] = [];
    for (const round of ["before", "meanwhile", "after"]) {
      let isOver = false;
      const atFirst = stored.length;
      const babbling = relays.flatMap((relay) =>
        ROOMS.map((room) => babble(relay, `${room}-${round}`, stored, () => isOver)),
      );
      await until(() => stored.length > atFirst + 40, "some were stored");
      if (round === "meanwhile") await redis.restart();
      isOver = true;
      await Promise.all(babbling);
      for (const { url } of relays)
        await until(async () => (await fetch(`${url}/readyz`)).ok, "Redis is back");
    }
    await until(() => stored.every((text) => receiver.texts().includes(text)), "all was told", 60_000);
    const repeats = receiver.delivered.length - receiver.texts().length;
    process.stdout.write(
      `Redis is killed under webhooks: ${JSON.stringify({ stored: stored.length, repeats })}\n`,
    );
    expect(stored.length).toBeGreaterThan(100);
    expect(receiver.forged).toBe(0);
    const firsts = new Map<string, number[]>();
    for (const { room, seq = 0 } of receiver.delivered) {
      const seqs = firsts.get(room) ?? [];
      if (!seqs.includes(seq)) firsts.set(room, [...seqs, seq]);
    }
    for (const seqs of firsts.values()) expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  }, 120_000);

  test("[WH4] a room is vacated when the last has left it on all relays, and not before", async () => {
    await start(2, ["room.occupied", "room.vacated"]);
    const [a, b] = relays as [RelayProcess, RelayProcess];
    const types = (): string[] => receiver.delivered.map(({ type }) => type);
    const ann = await RawClient.join(a.url, "ann", "lobby");
    await until(() => types().length === 1, "the room was told as occupied");
    const bob = await RawClient.join(b.url, "bob", "lobby");
    await ann.close();
    await pause(8000);
    expect(types()).toEqual(["room.occupied"]);
    await bob.close();
    await until(() => types().length === 2, "the room was told as vacated");
    expect(types()).toEqual(["room.occupied", "room.vacated"]);
  }, 60_000);
});
