import { afterAll, beforeAll, expect, test } from "vitest";
import { PING, PONG, RawClient, RawSocket, TEXT, type Packet } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

// Pongs and close frames are written by ws, packets by the relay itself, both to the same stream.

const RATES = { postsPerSecond: 1e6, postsBurst: 1e6, packetsPerSecond: 1e6, packetsBurst: 1e6 };
const LONG = "x".repeat(3900);

let running: Running;

beforeAll(async () => {
  running = await startRelay(RATES);
});

afterAll(() => running.relay.close());

/** Reads until the place `seq` and `pongs` pongs have come; every frame must be whole. */
async function readAll(
  raw: RawSocket,
  seq: number,
  pongs: number,
): Promise<{ packets: Packet[]; pongs: string[] }> {
  const seen = { packets: [] as Packet[], pongs: [] as string[] };
  const isDone = (): boolean =>
    seen.pongs.length === pongs &&
    seen.packets.some((packet) => packet["seq"] === seq && packet.type === "event");
  while (!isDone()) {
    const { opcode, payload } = await raw.nextFrame();
    if (opcode === PONG) seen.pongs.push(payload.toString());
    else {
      expect(opcode).toBe(TEXT);
      seen.packets.push(...(JSON.parse(payload.toString("utf8")) as Packet[]));
    }
  }
  return seen;
}

test("pongs, replies and what a room is told never meet inside a frame, on a line that is full", async () => {
  const room = "full";
  const raw = await RawSocket.enter(running.url, "slow");
  raw.say([{ type: "join", ref: 1, room }]);
  await raw.nextPackets();
  const bob = await RawClient.join(running.url, "bob", room);
  raw.pause();
  let posts = 0;
  for (let round = 0; round < 40; round++) {
    for (let each = 0; each < 20; each++) {
      posts++;
      bob.say({ type: "post", ref: round * 20 + each + 1, room, id: `b${posts}`, text: `${LONG} ${posts}` });
    }
    raw.frame({ opcode: PING, payload: `ping ${round}` });
    posts++;
    raw.say([{ type: "post", ref: 10_000 + round, room, id: `r${round}`, text: `own ${round}` }]);
    await bob.next((packet) => packet.type === "ok" && packet["ref"] === round * 20 + 20);
  }
  raw.resume();
  const { packets, pongs } = await readAll(raw, posts, 40);
  // ws keeps the newest of pings that came while it could not answer; here it could, each in its turn.
  expect(pongs).toEqual(Array.from({ length: 40 }, (_, round) => `ping ${round}`));
  const seqs = packets.filter(({ type }) => type === "event").map((event) => event["seq"]);
  expect(seqs).toEqual(Array.from({ length: posts }, (_, at) => at + 1));
  const refs = packets
    .filter(({ type, ref }) => type === "ok" && Number(ref) >= 10_000)
    .map(({ ref }) => ref);
  expect(refs).toEqual(Array.from({ length: 40 }, (_, round) => 10_000 + round));
  await bob.close();
  raw.destroy();
});

test("the close frame comes after all that was said, and nothing after it", async () => {
  const other = await startRelay(RATES);
  const raw = await RawSocket.enter(other.url, "slow");
  raw.say([{ type: "join", ref: 1, room: "ending" }]);
  await raw.nextPackets();
  const bob = await RawClient.join(other.url, "bob", "ending");
  for (let each = 1; each <= 50; each++) {
    bob.say({ type: "post", ref: each, room: "ending", id: `b${each}`, text: LONG });
  }
  await bob.next((packet) => packet.type === "ok" && packet["ref"] === 50);
  const closing = other.relay.close();
  await readAll(raw, 50, 0);
  expect(await raw.closeCode()).toBe(1012);
  raw.end();
  await raw.ended;
  await expect(raw.nextFrame()).rejects.toThrow("left over: ");
  await closing;
});
