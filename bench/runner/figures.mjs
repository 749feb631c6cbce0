// The figures that tables show: what they are called, where they stand in a result, how they are written.
import { ms } from "../lib/table.mjs";

/** @typedef {import("./run-once.mjs").Result} Result */
/** @typedef {{ title: string, of: (result: Result) => number | undefined, write: (value: number) => string }} Figure */

/** @type {Record<string, Figure>} */
export const FIGURES = {
  deliveries: { title: "deliveries/s", of: (one) => one.deliveriesPerSecond, write: count },
  perCore: { title: "per core-second", of: (one) => one.deliveriesPerCoreSecond, write: count },
  usPerDelivery: { title: "µs CPU/delivery", of: (one) => one.usPerDelivery, write: short },
  serverCpu: { title: "server CPU", of: (one) => one.serverCpu, write: percent },
  loadCpu: { title: "load CPU", of: (one) => one.loadCpu, write: percent },
  p50: { title: "p50", of: (one) => one.delay?.p50, write: ms },
  p90: { title: "p90", of: (one) => one.delay?.p90, write: ms },
  p99: { title: "p99", of: (one) => one.delay?.p99, write: ms },
  max: { title: "max", of: (one) => one.delay?.max, write: ms },
  behind: { title: "never came in time", of: (one) => one.missing, write: count },
  rssPerConnection: {
    title: "RSS/connection",
    of: (one) => one.rssPerConnection,
    write: (value) => `${Math.round(value)} B`,
  },
  rssGrownByEntering: {
    title: "RSS grown by",
    of: ({ rssBefore = Number.NaN, rssAfter = Number.NaN }) => rssAfter - rssBefore,
    write: megabytes,
  },
  rssPerRoom: { title: "RSS/room", of: (one) => one.rssPerRoom, write: (value) => `${Math.round(value)} B` },
  rssGrown: {
    title: "RSS grown by",
    of: ({ rssAfter = Number.NaN, rssEnd = Number.NaN }) => rssEnd - rssAfter,
    write: megabytes,
  },
  rssPeak: { title: "RSS peak", of: (one) => one.rssPeak, write: megabytes },
  connects: { title: "connects/s", of: (one) => one.connectsPerSecond, write: count },
  connectsPerCore: { title: "per core-second", of: (one) => one.connectsPerCoreSecond, write: count },
  connectsLoadCpu: { title: "load CPU", of: (one) => one.connectsLoadCpu, write: percent },
  entryP50: { title: "in the room p50", of: (one) => one.entry?.p50, write: ms },
  entryP99: { title: "p99", of: (one) => one.entry?.p99, write: ms },
  lastMember: { title: "last member p50", of: (one) => one.lastMember?.p50, write: ms },
  lastMemberMax: { title: "max", of: (one) => one.lastMember?.max, write: ms },
  longestTurn: { title: "longest turn", of: (one) => one.longestTurn, write: ms },
};

/** @param {number} value */
export function count(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  return value >= 10_000 ? `${Math.round(value / 1000)} k` : String(Math.round(value));
}

/** @param {number} value */
function percent(value) {
  return `${Math.round(value * 100)} %`;
}

/** @param {number} value */
function megabytes(value) {
  return `${(value / 1024 / 1024).toFixed(1)} MB`;
}

/** @param {number} value */
export function short(value) {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
