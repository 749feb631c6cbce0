// How the messages of a run are sent.
import { setTimeout as sleep } from "node:timers/promises";
import { nowUs } from "./clock.mjs";
import { Histogram } from "./histogram.mjs";

/** @typedef {import("./load.mjs").Load} Load */

/**
 * - window: each sender always has so many messages on their way
 * - rate: so many messages a second in all, in turn by the senders, whatever the server does
 * - wave: one message at a time; the next when the last member has it
 * - hold: nobody says anything
 *
 * @typedef {WindowShape | RateShape | WaveShape | { kind: "hold" }} Shape
 * @typedef {{ kind: "window", outstanding: number, warmUpMs: number, measureMs: number }} WindowShape
 * @typedef {{ kind: "rate", perSecond: number, warmUpMs: number, measureMs: number }} RateShape
 * @typedef {{ kind: "wave", times: number }} WaveShape
 */

/** Messages before those that count. */
const WARM_UP_WAVES = 3;
const WAVE_GAP_MS = 20;
const WAVE_PATIENCE_MS = 30_000;

/**
 * Lets the senders speak as the shape says, and resolves with what was measured of it.
 *
 * @param {Load} load
 * @param {Shape} shape
 */
export async function speak(load, shape) {
  switch (shape.kind) {
    case "window":
      return inWindows(load, shape);
    case "rate":
      return atRate(load, shape);
    case "wave":
      return inWaves(load, shape);
    default:
      return {};
  }
}

/** @param {Load} load @param {WindowShape} shape */
async function inWindows(load, { outstanding, warmUpMs, measureMs }) {
  load.rest();
  for (const sender of load.senders) {
    sender.answersItself = true;
    sender.post(outstanding, nowUs());
  }
  const measured = await measure(load, warmUpMs, measureMs);
  for (const sender of load.senders) sender.answersItself = false;
  return measured;
}

/** @param {Load} load @param {RateShape} shape */
async function atRate(load, { perSecond, warmUpMs, measureMs }) {
  const stop = sendOnTime(load, perSecond);
  const measured = await measure(load, warmUpMs, measureMs);
  stop();
  return measured;
}

/** @param {Load} load @param {WaveShape} shape */
async function inWaves(load, { times }) {
  const [sender] = load.senders;
  const last = new Histogram();
  for (let at = 0; at < WARM_UP_WAVES + times; at++) {
    const took = await oneWave(load, () => sender?.post(1, nowUs()));
    if (at >= WARM_UP_WAVES) last.add(took);
    await sleep(WAVE_GAP_MS);
  }
  return { lastMember: last.summary() };
}

/** @param {Load} load @param {() => void} post @returns {Promise<number>} µs until the last member has it */
function oneWave(load, post) {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error("A message did not reach all members."));
    const timer = setTimeout(giveUp, WAVE_PATIENCE_MS);
    let wanted = Number.POSITIVE_INFINITY;
    load.fleet.onDelivered = () => {
      if (load.delivered < wanted) return;
      const took = nowUs() - from;
      clearTimeout(timer);
      load.fleet.onDelivered = () => {};
      resolve(took);
    };
    const from = nowUs();
    post();
    wanted = load.expected;
  });
}

/** @param {Load} load @param {number} warmUpMs @param {number} measureMs */
async function measure(load, warmUpMs, measureMs) {
  await sleep(warmUpMs);
  const from = load.mark();
  load.startTiming();
  await sleep(measureMs);
  load.stopTiming();
  return load.between(from, load.mark());
}

/** Sends each message when it is due, or as soon after as the loop comes round. @param {Load} load @param {number} perSecond */
function sendOnTime(load, perSecond) {
  const from = nowUs();
  const stepUs = 1e6 / perSecond;
  let count = 0;
  let isOver = false;
  const turn = () => {
    if (isOver) return;
    const now = nowUs();
    for (let due = from + count * stepUs; due <= now; due = from + count * stepUs) {
      load.senders[count % load.senders.length]?.post(1, due);
      count++;
    }
    load.later(turn);
  };
  turn();
  return () => {
    isOver = true;
  };
}
