import type { RoomName } from "@natter/sdk/protocol";
import type { World } from "./browser.ts";
import { Coincidences } from "./coincidence.ts";
import { Crowd, ROOMS } from "./crowd.ts";
import { Disk } from "./disk.ts";
import { checkEnd } from "./end-check.ts";
import { Random } from "./random.ts";
import { Record } from "./record.ts";
import { ROOM_LIMITS, Server } from "./server.ts";
import { VirtualTime } from "./virtual-time.ts";

/** What came of a run. */
export interface Outcome {
  seed: number;
  breaches: readonly string[];
  acked: number;
  refused: number;
  deliveries: number;
  recoveries: number;
  restarts: number;
  resets: number;
  faults: number;
}

/** How long faults go on, and how long everything then has to become whole again; in virtual ms. */
const STORM_MS = 50_000;
const CALM_MS = 100_000;

/** Runs one world from one seed: the same seed, the same run. */
export async function simulate(seed: number): Promise<Outcome> {
  const random = new Random(seed);
  const time = new VirtualTime();
  const record = new Record(
    { graceMs: ROOM_LIMITS.presenceGraceMs, enterMs: 0, removalMs: 0 },
    () => time.now,
  );
  const disk = new Disk();
  let isFull = false;
  let slowWritesUntil = 0;
  let slowReadsUntil = 0;
  const server = new Server(
    time,
    disk,
    {
      writeMs: () => random.whole(0, 3),
      syncMs: () =>
        time.now < slowWritesUntil
          ? random.whole(100, 500)
          : random.oneIn(30)
            ? random.whole(50, 800)
            : random.whole(1, 10),
      readMs: () =>
        time.now < slowReadsUntil
          ? random.whole(50, 300)
          : random.oneIn(20)
            ? random.whole(20, 200)
            : random.whole(0, 10),
      isFull: () => isFull,
    },
    record,
  );
  let skew = 0;
  let nextJump = 0;
  const isStorm = (): boolean => time.now < STORM_MS;
  const world: World = {
    time,
    random,
    port: () => server.port,
    log: () => server.log,
    record,
    wallNow: () => 1_800_000_000_000 + time.now + skew,
    arrived: (browser, packet) => coincidences.arrived(browser, packet),
  };
  await server.start();
  const crowd = new Crowd(world, isStorm);
  const { browsers } = crowd;
  const coincidences = new Coincidences({
    ...world,
    random: random.fork(),
    browsers,
    slowWrites: (ms) => (slowWritesUntil = time.now + ms),
    slowReads: (ms) => (slowReadsUntil = time.now + ms),
    isStorm,
  });
  let faults = 0;
  const restartIn = (ms: number): void => void time.after(ms, () => void server.start());

  const hitServer = (): void => {
    if (!server.isUp) return;
    random.pick([
      () => killServer(random.oneIn(8)),
      () => killServer(false),
      () => server.drop(random.pick(ROOMS) as RoomName),
      () => void server.stop(random.whole(0, 2000)).then(() => restartIn(random.whole(10, 3000))),
      () => {
        isFull = true;
        time.after(random.whole(100, 4000), () => (isFull = false));
      },
      () => {
        // Two in a row would look like a relay that refuses every token.
        if (time.now < nextJump) return;
        nextJump = time.now + 20_000;
        const ms = random.whole(-3_600_000, 3_600_000);
        skew += ms;
        server.jump(ms);
      },
    ])();
  };
  const killServer = (isWiped: boolean): void => {
    const isTold = random.oneIn(2);
    server.kill();
    for (const browser of browsers) browser.line?.loseRelay(isTold);
    disk.crash(random);
    if (isWiped) disk.wipe();
    restartIn(random.whole(10, 5000));
  };
  const trouble = (): void => {
    if (!isStorm()) return;
    faults++;
    // A quarter of the time nothing is broken for a while, as in life.
    if (!random.oneIn(4)) {
      if (random.oneIn(4)) hitServer();
      else crowd.hitLine();
    }
    time.after(random.whole(100, 3000), trouble);
  };
  const coincide = (): void => {
    if (!isStorm()) return;
    coincidences.happen();
    time.after(random.whole(1000, 7000), coincide);
  };
  crowd.begin();
  time.after(1000, trouble);
  time.after(2000, coincide);

  await time.pass(STORM_MS);
  isFull = false;
  crowd.calm();
  await time.pass(20_000);
  if (!server.isUp) await server.start();
  crowd.gather();
  await time.pass(CALM_MS);
  await checkEnd(world, browsers);
  for (const browser of browsers) browser.chat.close();
  return {
    seed,
    breaches: record.breaches,
    acked: record.acked.size,
    refused: record.refused.size,
    deliveries: record.deliveries,
    recoveries: record.recoveries,
    restarts: record.restarts,
    resets: record.resets,
    faults,
  };
}
