import { expect, test } from "vitest";
import { pause, until } from "../support/until.ts";
import { Regular } from "./crowd.ts";
import { ALL_WELL, Stage } from "./stage.ts";

/** How many are connected: most of them light clients that speak the wire, a hundred with the SDK. */
const PEOPLE = Number(process.env["NATTER_CROWD"] ?? 2000);
const SDK_PEOPLE = 80;
const POSTERS = 20;
const ROOMS = Array.from({ length: 100 }, (_, at) => `room-${at}`);
const DRAIN_MS = 5000;

/** How long clients may take to be back on the relay that was started again. */
const BACK_MS = 30_000;

/** How many light clients come in at once: they are made in this process, which has other things to do. */
const WAVE = 100;

async function metric(url: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`).catch(() => undefined);
  const line = (await answer?.text())?.split("\n").find((each) => each.startsWith(name));
  return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(" ") + 1));
}

/** When a relay logged a sentence, by its own clock: this process may be too busy to tell. */
function momentOf(output: string, sentence: string): number {
  const line = output.split("\n").find((each) => each.startsWith("{") && each.includes(sentence)) ?? "{}";
  return Number((JSON.parse(line) as { time?: number }).time);
}

const roomOf = (at: number): string => ROOMS[at % ROOMS.length] ?? "";

test(`[P1] [P8] [OPS3] [SD-01] a relay that is told to stop under ${PEOPLE} people and restarted loses nothing that it acked, and has them all back, spread in time`, async () => {
  const stage = await Stage.start({ NATTER_DRAIN: `${DRAIN_MS}ms`, NATTER_LOG_LEVEL: "info" });
  const { url } = stage.relay;
  const regulars = Array.from(
    { length: PEOPLE - SDK_PEOPLE - POSTERS },
    (_, at) => new Regular(url, `regular-${at}`, roomOf(at)),
  );
  try {
    const people = Array.from({ length: SDK_PEOPLE }, (_, at) =>
      stage.client(`person-${at}`, roomOf(at % POSTERS)),
    );
    const posters = Array.from({ length: POSTERS }, (_, at) => stage.poster(`poster-${at}`, roomOf(at)));
    for (let at = 0; at < regulars.length; at += WAVE) {
      await Promise.all(regulars.slice(at, at + WAVE).map((each) => each.come()));
    }
    await Promise.all([...people, ...posters].map((each) => each.ready()));
    expect(await metric(url, "natter_connections{")).toBe(PEOPLE);
    for (const poster of posters) poster.start(300);
    await pause(1000);

    const code = await stage.relay.stop("SIGTERM");
    const stopMs = momentOf(stage.relay.output, "has stopped") - momentOf(stage.relay.output, "relay stops");
    await stage.relay.restart();
    const restarted = performance.now();
    let back = 0;
    while (back < PEOPLE && performance.now() - restarted < BACK_MS + 5000) {
      await pause(200);
      back = await metric(url, "natter_connections{");
    }
    const backMs = Math.round(performance.now() - restarted);
    const seconds = regulars.map(({ welcomedAt }) => Math.floor((welcomedAt - restarted) / 1000));
    const arrivals = Array.from(
      { length: Math.max(...seconds) + 1 },
      (_, second) => seconds.filter((each) => each === second).length,
    );
    await Promise.all(posters.map((poster) => poster.finish()));
    const findings = await stage.audit(...ROOMS.slice(0, POSTERS));
    const ends = new Map(posters.map(({ room, acked }) => [room, acked.at(-1)?.seq ?? 0]));
    const isThere = (each: Regular, at: number): boolean =>
      (each.place?.seq ?? 0) >= (ends.get(roomOf(at)) ?? 0);
    await until(() => regulars.every(isThere), "all have caught up");
    const figures = { people: PEOPLE, back, code, stopMs, backMs, arrivals, ...findings };
    process.stdout.write(`SIGTERM under load: ${JSON.stringify(figures)}\n`);
    expect(code).toBe(0);
    // In the time of --drain, and what a busy machine adds to it.
    expect(stopMs).toBeLessThan(2 * DRAIN_MS);
    expect(back).toBe(PEOPLE);
    expect(backMs).toBeLessThan(BACK_MS);
    expect(Math.max(...arrivals)).toBeLessThan(PEOPLE * 0.7);
    expect(findings).toMatchObject(ALL_WELL);
    expect(regulars.filter(({ hasLost }) => hasLost)).toEqual([]);
  } finally {
    for (const regular of regulars) regular.stop();
    await stage.close();
  }
}, 180_000);
