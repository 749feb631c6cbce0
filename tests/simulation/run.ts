import { roomKeyOf } from "../../relay/src/engine/engine.ts";
import { messageFor } from "../../relay/src/engine/fold.ts";
import type { RoomView } from "@natter/sdk";
import { parseRoomName, type Message } from "@natter/sdk/protocol";
import { Browser, type Person, type World } from "./browser.ts";
import { Disk } from "./disk.ts";
import { Random } from "./random.ts";
import { Record } from "./record.ts";
import { Server } from "./server.ts";
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

const OPEN = { lobby: "member", "한국어 방": "member" } as const;

const PEOPLE: readonly Person[] = [
  { user: "ann", device: "ann-phone", rooms: { ...OPEN, lobby: "moderator" } },
  { user: "ann", device: "ann-laptop", rooms: { ...OPEN, lobby: "moderator" } },
  { user: "bo", device: "bo", rooms: { ...OPEN, staff: "member" } },
  { user: "cy", device: "cy", rooms: { ...OPEN, staff: "reader" } },
  { user: "di", device: "di", rooms: OPEN },
  { user: "ed", device: "ed", rooms: { lobby: "reader" } },
];

const ROOMS = ["lobby", "한국어 방", "staff"];

/** How long faults go on, and how long everything then has to become whole again; in virtual ms. */
const STORM_MS = 50_000;
const CALM_MS = 100_000;

/** Runs one world from one seed: the same seed, the same run. */
export async function simulate(seed: number): Promise<Outcome> {
  const random = new Random(seed);
  const time = new VirtualTime();
  const record = new Record();
  const disk = new Disk();
  let isFull = false;
  const server = new Server(
    time,
    disk,
    {
      writeMs: () => random.whole(0, 3),
      syncMs: () => (random.oneIn(30) ? random.whole(50, 800) : random.whole(1, 10)),
      readMs: () => random.whole(0, 10),
      isFull: () => isFull,
    },
    record,
  );
  let skew = 0;
  let nextJump = 0;
  const world: World = { time, random, server, record, wallNow: () => 1_800_000_000_000 + time.now + skew };
  await server.start();
  const browsers = PEOPLE.map((person) => new Browser(world, person));
  let faults = 0;
  const isStorm = (): boolean => time.now < STORM_MS;
  const restartIn = (ms: number): void => void time.after(ms, () => void server.start());

  const hitServer = (): void => {
    if (!server.isUp) return;
    random.pick([
      () => killServer(random.oneIn(8)),
      () => killServer(false),
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
  const hitLine = (): void => {
    const browser = random.pick(browsers);
    const { line } = browser;
    random.pick([
      () => line?.cut(),
      () => line?.cutAfter(random.pick(["toClient", "toRelay"]), random.whole(1, 400)),
      () => line?.cutAfter(random.pick(["toClient", "toRelay"]), random.whole(1, 4000)),
      () => line?.freeze(random.whole(100, 30_000)),
      () => browser.setSlow(random.oneIn(2)),
      () => browser.reload(),
      () => browser.jump(random.whole(-120_000, 120_000)),
      () => {
        browser.setOnline(false);
        time.after(random.whole(100, 15_000), () => browser.setOnline(true));
      },
      () => {
        for (const each of browsers) each.line?.cut();
      },
    ])();
  };
  const live = (browser: Browser): void => {
    if (!isStorm()) return;
    const rooms = Object.keys(browser.person.rooms);
    const room = random.pick(rooms);
    const writes = browser.person.rooms[room] !== "reader";
    random.pick([
      () => writes && browser.post(room),
      () => writes && browser.post(room),
      () => writes && browser.touch(room),
      () => browser.fidget(room),
      () => random.oneIn(6) && browser.trespass(random.pick(ROOMS)),
      () =>
        random.oneIn(2) &&
        browser.person.user === "ann" &&
        browser.moderate("lobby", random.pick(["bo", "di"])),
      () => {
        if (writes) for (let i = random.whole(1, 20); i > 0; i--) browser.post(room);
      },
    ])();
    time.after(random.oneIn(5) ? random.whole(1000, 4000) : random.whole(10, 800), () => live(browser));
  };
  const trouble = (): void => {
    if (!isStorm()) return;
    faults++;
    // A quarter of the time nothing is broken for a while, as in life.
    if (!random.oneIn(4)) (random.oneIn(4) ? hitServer : hitLine)();
    time.after(random.whole(100, 3000), trouble);
  };
  for (const browser of browsers) time.after(random.whole(0, 1000), () => live(browser));
  time.after(1000, trouble);

  await time.pass(STORM_MS);
  isFull = false;
  for (const browser of browsers) {
    browser.setOnline(true);
    browser.setSlow(false);
  }
  await time.pass(20_000);
  if (!server.isUp) await server.start();
  // Whoever was removed or trespassed comes back, where they may.
  for (const browser of browsers) {
    if (browser.views().some((view) => view.status === "removed")) browser.reload();
  }
  await time.pass(CALM_MS);
  await check(world, browsers);
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

async function check(world: World, browsers: readonly Browser[]): Promise<void> {
  checkMessages(world.record);
  for (const browser of browsers) {
    for (const view of browser.views()) await checkView(world, browser, view);
  }
}

/** What was acknowledged is stored, once; what was refused is not; each device's messages are in its order. */
function checkMessages(record: Record): void {
  for (const text of record.acked) {
    if (!record.places.has(text)) record.breach("I1", `${text} was acknowledged and is nowhere`);
  }
  for (const [text, places] of record.places) {
    if (new Set([...places].map(logOf)).size < places.size)
      record.breach("I3", `${text} stands at ${[...places].join(" and ")}`);
  }
  for (const text of record.refused) {
    if (record.places.has(text))
      record.breach("I6", `${text} was refused and stands at ${[...(record.places.get(text) ?? [])].join()}`);
  }
  for (const [key, texts] of record.written) checkOrder(record, key, texts);
}

/** The room and the life of its log: after a wipe, what was unsent then may be stored once more. */
function logOf(place: string): string {
  return place.slice(0, place.lastIndexOf(" "));
}

function checkOrder(record: Record, key: string, texts: readonly string[]): void {
  const last = new Map<string, number>();
  for (const text of texts) {
    const [place] = record.places.get(text) ?? [];
    if (place === undefined) continue;
    const log = logOf(place);
    const seq = Number(place.slice(log.length + 1));
    if (seq < (last.get(log) ?? 0))
      record.breach("I8", `${key}: ${text} stands before what was written earlier`);
    last.set(log, seq);
  }
}

/** After the storm every screen shows what the log says, from its last gap on. */
async function checkView({ server, record, time }: World, browser: Browser, view: RoomView): Promise<void> {
  const who = `${browser.person.device} in ${view.room}`;
  if (!(view.room in browser.person.rooms)) {
    if (view.messages.length > 0) record.breach("I9", `${who} shows messages without a right`);
    return;
  }
  if (view.status !== "live") {
    // A ban holds, and a kick may have come late; all others are back by now.
    const isOut = view.error?.code === "banned" || view.error?.code === "kicked";
    if (!isOut)
      record.breach(
        "I1",
        `${who} is ${view.status}: ${view.error?.message ?? ""} (${browser.chat.state.status})`,
      );
    return;
  }
  const name = parseRoomName(view.room);
  if (!name.ok || !server.log) return;
  const page = server.log.page(roomKeyOf("default", name.room), 200);
  await time.pass(50);
  const truth = (await page).messages.map((message) => messageFor(browser.person.user, message));
  const shown = view.messages.filter((message) => message.seq > 0);
  const from = Math.max(shown[0]?.seq ?? 0, view.gaps.at(-1)?.before ?? 0, truth[0]?.seq ?? 0);
  const a = truth.filter((message) => message.seq >= from).map(essence);
  const b = shown.filter((message) => message.seq >= from).map(essence);
  if (a.join("\n") !== b.join("\n")) {
    const at = a.findIndex((line, index) => line !== b[index]);
    record.breach(
      "I4",
      `${who} shows ${b[at] ?? "nothing"} where the log has ${a[at] ?? "nothing"} (${b.length}/${a.length})`,
    );
  }
  // Above a gap, too, nothing may be shown that is no longer true.
  const told = new Map(truth.map((message) => [message.seq, essence(message)]));
  for (const message of shown) {
    const now = told.get(message.seq);
    if (now !== undefined && now !== essence(message)) {
      record.breach("I4", `${who} still shows ${essence(message)} where the log has ${now}`);
    }
  }
  const pending = view.messages.filter((message) => message.state === "pending");
  if (pending.length > 0) record.breach("I1", `${who} still sends ${pending[0]?.text ?? ""}`);
}

function essence(message: Omit<Message, "data">): string {
  const { seq, id, text, editedAt, deletedAt, pinned, reactions } = message;
  const held = Object.entries(reactions ?? {}).filter(([, { count }]) => count > 0);
  const told = held.map(([emoji, { count, mine }]) => `${emoji}${count}${mine ? "!" : ""}`).sort();
  return JSON.stringify([seq, id, text, editedAt, deletedAt, pinned ?? false, told]);
}
