import type { RoomName } from "@natter/sdk/protocol";
import type { World } from "../browser.ts";
import { Coincidences } from "../coincidence.ts";
import { Crowd, ROOMS } from "../crowd.ts";
import { checkEnd } from "../end-check.ts";
import { Random } from "../random.ts";
import { Record } from "../record.ts";
import type { Outcome } from "../run.ts";
import { ROOM_LIMITS } from "../server.ts";
import { VirtualTime } from "../virtual-time.ts";
import { Relay } from "./relay.ts";
import type { Weather } from "./store-line.ts";
import { SharedStore } from "./store.ts";

/** How long faults go on, and how long everything then has to become whole again; in virtual ms. */
const STORM_MS = 50_000;
const CALM_MS = 100_000;

/** Within so long every relay finds out what it was never told. */
const LOOK_MS = 33_000;

/** Runs one world of several relays from one seed: the same seed, the same run. */
export async function simulateRelays(seed: number, count: number): Promise<Outcome> {
  const random = new Random(seed);
  const time = new VirtualTime();
  const times = { graceMs: ROOM_LIMITS.presenceGraceMs, enterMs: 1500, removalMs: 45_000 };
  const record = new Record(times, () => time.now);
  const store = new SharedStore(time, record);
  const isStorm = (): boolean => time.now < STORM_MS;
  let slowUntil = 0;
  let lossyUntil = 0;
  const weather: Weather = {
    isStoreUp: true,
    latencyMs: () => (time.now < slowUntil ? random.whole(20, 200) : random.whole(1, 5)),
    push: () => {
      const isLossy = time.now < lossyUntil;
      const times = isLossy && random.oneIn(3) ? 0 : random.oneIn(isLossy ? 4 : 40) ? 2 : 1;
      return { ms: isLossy ? random.whole(1, 400) : random.whole(1, 8), times };
    },
  };
  const relays = Array.from(
    { length: count },
    (_, at) =>
      new Relay({ name: "ABCDEFGH".charAt(at), time, random: random.fork(), record, store, weather }),
  );
  for (const relay of relays) relay.start();
  const world: World = {
    time,
    random,
    // A balancer that knows nothing of rooms, and learns late that a relay is gone.
    port: () => {
      const up = relays.filter(({ isUp }) => isUp);
      return random.pick(up.length > 0 && !random.oneIn(5) ? up : relays).port;
    },
    log: () => store,
    record,
    wallNow: () => 1_800_000_000_000 + time.now,
    arrived: (browser, packet) => coincidences.arrived(browser, packet),
  };
  const crowd = new Crowd(world, isStorm);
  const { browsers } = crowd;
  const slow = (ms: number): void => void (slowUntil = Math.max(slowUntil, time.now + ms));
  const coincidences = new Coincidences({
    ...world,
    random: random.fork(),
    browsers,
    slowWrites: slow,
    slowReads: slow,
    isStorm,
  });
  let faults = 0;
  const restartIn = (relay: Relay, ms: number): void => void time.after(ms, () => relay.start());
  const loseRelay = (relay: Relay, isTold: boolean): void => {
    for (const browser of browsers) if (browser.relay === relay.port.relay) browser.line?.loseRelay(isTold);
  };
  /** All lines to the store are lost, and it is back after a while. */
  const loseStore = (ms: number): void => {
    weather.isStoreUp = false;
    for (const relay of relays) relay.loseStore(ms);
    time.after(ms, () => (weather.isStoreUp = true));
  };
  const hitRelay = (): void => {
    const relay = random.pick(relays);
    if (!relay.isUp) return;
    random.pick([
      () => {
        loseRelay(relay, random.oneIn(2));
        relay.kill();
        restartIn(relay, random.whole(10, 5000));
      },
      () => void relay.stop(random.whole(0, 2000)).then(() => restartIn(relay, random.whole(10, 3000))),
      () => relay.pause(random.pick([random.whole(100, 2000), random.whole(2000, 30_000)])),
      () => relay.pause(random.whole(100, 12_000)),
      () => relay.cutOff(random.pick([random.whole(100, 2000), random.whole(2000, 30_000)])),
      () => relay.cutOff(random.whole(100, 12_000)),
      () => relay.loseStore(0),
    ])();
  };
  const hitStore = (): void => {
    if (!weather.isStoreUp) return;
    random.pick([
      () => loseStore(random.whole(100, 8000)),
      () => {
        store.failOver(random.whole(0, 20));
        loseStore(random.whole(100, 3000));
      },
      () => {
        store.forgetAll();
        for (const relay of relays) relay.forgotten();
      },
      () => random.pick(relays).drop(random.pick(ROOMS) as RoomName),
      () => slow(random.whole(1000, 8000)),
      () => void (lossyUntil = time.now + random.whole(1000, 15_000)),
      () => void (lossyUntil = time.now + random.whole(1000, 15_000)),
      () => void (lossyUntil = time.now + random.whole(1000, 15_000)),
    ])();
  };
  const trouble = (): void => {
    if (!isStorm()) return;
    faults++;
    // A quarter of the time nothing is broken for a while, as in life.
    if (!random.oneIn(4)) random.pick([hitRelay, hitStore, () => crowd.hitLine(), () => crowd.hitLine()])();
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
  crowd.calm();
  await time.pass(20_000);
  for (const relay of relays) {
    relay.resume();
    relay.start();
  }
  crowd.gather();
  await time.pass(CALM_MS);
  await checkEnd(world, browsers);

  // The last push of a burst is lost to everybody, and nobody says anything more.
  lossyUntil = time.now + 10_000;
  weather.push = () => ({ ms: 1, times: 0 });
  for (const browser of browsers) {
    for (const room of Object.keys(browser.person.rooms)) {
      if (browser.person.rooms[room] !== "reader") browser.post(room);
    }
  }
  await time.pass(LOOK_MS);
  await checkEnd(world, browsers);

  // News take their time, and some come in meanwhile to the page of a room that has not heard them.
  weather.push = () => ({ ms: 2000, times: 1 });
  browsers[0]?.configure("lobby", { title: `The end of ${seed}` });
  await time.pass(300);
  for (const browser of browsers.slice(2)) browser.reload();
  await time.pass(LOOK_MS);
  await checkEnd(world, browsers);

  // All is forgotten while nobody says anything.
  for (const relay of relays) relay.forgotten();
  store.forgetAll();
  await time.pass(LOOK_MS);
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
