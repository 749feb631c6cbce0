import { pause } from "../support/until.ts";
import type { Findings } from "./audit.ts";
import { Stage } from "./stage.ts";

/** What a run came to. */
export interface KillReport extends Findings {
  kills: number;
}

const ROOMS = ["one", "two", "three", "four"];

/** A tenth of the usual waits between two lines, so that everybody is back, and at work, when the next kill comes. */
const BRISK = { random: () => Math.random() / 10 };

/**
 * Kills a relay with SIGKILL every second under posters and readers, all of them real clients, and then holds
 * what everybody was told against what the log holds.
 */
export async function killLoop(seconds: number, people: number): Promise<KillReport> {
  const stage = await Stage.start();
  try {
    return await run(stage, seconds, people);
  } finally {
    await stage.close();
  }
}

async function run(stage: Stage, seconds: number, people: number): Promise<KillReport> {
  const rooms = Array.from({ length: people }, (_, at) => ROOMS[at % ROOMS.length] ?? "one");
  const posters = rooms.map((room, at) => stage.poster(`poster-${at}`, room, undefined, BRISK));
  const readers = rooms.map((room, at) => stage.client(`reader-${at}`, room, undefined, BRISK));
  await Promise.all([...posters, ...readers].map((client) => client.ready()));
  for (const poster of posters) poster.start();
  let kills = 0;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; kills++) {
    await pause(1000);
    await stage.relay.restart("SIGKILL");
  }
  await Promise.all(posters.map((poster) => poster.finish()));
  return { kills, ...(await stage.audit(...ROOMS)) };
}
