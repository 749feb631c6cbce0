import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { ALL_WELL, Stage } from "./stage.ts";
import { Wanderer } from "./wanderer.ts";

const ROOM = "square";
const PEOPLE = 200;
const RESETS = 1;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.close());

test(
  `[P3] [P8] [JOIN2] [JOIN5] ${PEOPLE} people whose lines are reset at once are all back with nothing missed`,
  { timeout: 90_000 },
  async () => {
    const proxy = await stage.proxy();
    const url = `http://${proxy.host}:${proxy.port}`;
    const poster = stage.poster("poster", ROOM);
    await poster.ready();
    poster.start(40);
    const crowd = Array.from({ length: PEOPLE }, (_, at) => new Wanderer(url, `wanderer-${at}`, ROOM));
    const wandering = Promise.all(crowd.map((each) => each.wander()));
    for (let round = 1; round <= RESETS + 1; round++) {
      await until(() => crowd.every(({ joins }) => joins.length >= round), `all are in, ${round}`, 30_000);
      const acked = poster.acked.length;
      await until(() => poster.acked.length > acked + 3);
      if (round <= RESETS) proxy.reset();
    }
    await poster.finish();
    const last = poster.acked.length;
    await until(() => crowd.every((each) => each.latest >= last), "all were told the last", 30_000);
    for (const each of crowd) each.close();
    await wandering;

    expect(await stage.audit(ROOM)).toMatchObject({ stored: last, ...ALL_WELL });
    for (const { joins, told } of crowd) {
      const [first, ...others] = joins;
      expect(others.map(({ recovered }) => recovered)).not.toContain(false);
      const from = Number(first?.["seq"]);
      expect(told).toEqual(Array.from({ length: last - from }, (_, at) => from + at + 1));
    }
  },
);
