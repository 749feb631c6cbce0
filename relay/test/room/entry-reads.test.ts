import { expect, test } from "vitest";
import { roomKeyOf, type Replay, type RoomLog } from "../../src/engine/engine.ts";
import { EntryReads } from "../../src/room/entry-reads.ts";
import { Tail } from "../../src/room/tail.ts";
import { message, roomName } from "../doubles/events.ts";

test("[P3] nobody goes on from a place in a log that another replaced while it was read", async () => {
  let epoch = "epoch-1";
  const answers: ((replay: Replay) => void)[] = [];
  const log = {
    after: () => new Promise<Replay>((resolve) => void answers.push(resolve)),
    page: () => Promise.resolve({ epoch, seq: 8, messages: [], more: false }),
  } as unknown as RoomLog;
  const tail = new Tail(10, 100, 100_000);
  const key = roomKeyOf("default", roomName("lobby"));
  const entries = new EntryReads({ key, log, tail, epoch: () => epoch, replayEvents: 100 });
  const reading = entries.read("ann", { epoch: "epoch-1", seq: 5 }, 50);
  epoch = "epoch-2";
  tail.restart(3);
  for (let seq = 4; seq <= 8; seq++) tail.push(message(seq));
  for (const answer of answers) answer({ ok: false });
  expect(await reading).toMatchObject({ epoch: "epoch-2", seq: 8, recovered: false });
});
