/** People who talk, in a process of their own: all that it does when it is told to, and what came of it. */
import { mintToken } from "../../auth/mint.ts";
import { secretKey } from "../../auth/verify-key.ts";
import { Person } from "./person.ts";
import { usage } from "./usage.ts";

/** What the load is asked to do. */
export type LoadRequest = { grow: number; withinMs: number } | { measureMs: number };

/** People that come in at the same time. */
const AT_ONCE = 64;

/** Connections from one address to one port of another: a machine has some 28,000 ports to give. */
const PER_ADDRESS = 20_000;

/** How often messages are sent, in ms. */
const TICK_MS = 10;

const { host, port, secret, roomSize, everyMs } = JSON.parse(process.argv[2] ?? "{}") as {
  host: string;
  port: number;
  secret: string;
  roomSize: number;
  everyMs: number;
};
const key = secretKey(secret);
const people: { person: Person; room: string }[] = [];
const read = usage();
let delays: number[] = [];
let fault: string | undefined;

process.on("message", (asked: LoadRequest) => {
  void ("grow" in asked ? grow(asked.grow, asked.withinMs) : measure(asked.measureMs)).then((found) =>
    process.send?.(found),
  );
});
process.on("disconnect", () => process.exit());
process.send?.({ ready: true });

/** Lets people in until there are so many, or the time is up, or one could not come in. */
async function grow(wanted: number, withinMs: number): Promise<object> {
  const until = performance.now() + withinMs;
  let next = people.length;
  const comeIn = async (): Promise<void> => {
    while (next < wanted && fault === undefined && performance.now() < until) await enter(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, comeIn));
  return { people: people.length, ...(fault !== undefined && { fault }) };
}

async function enter(at: number): Promise<void> {
  const room = `bench-${Math.floor(at / roomSize)}`;
  const { token } = mintToken({ sub: `person-${at}`, expiresInMs: 3_600_000 }, key, Date.now());
  // One of each room listens for all of it.
  const onText = at % roomSize === 0 ? onFrame : undefined;
  const from =
    process.platform === "linux" ? { localAddress: `127.0.0.${1 + Math.floor(at / PER_ADDRESS)}` } : {};
  try {
    people.push({ person: await Person.enter({ host, port, ...from }, { token, room }, onText), room });
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  }
}

function onFrame(text: string): void {
  const now = performance.now();
  for (const [, sent] of text.matchAll(/"text":"bench ([\d.]+)/g)) delays.push(now - Number(sent));
}

/** Has everybody talk for a while. */
async function measure(ms: number): Promise<object> {
  delays = [];
  read();
  const begin = performance.now();
  const perMs = people.length / everyMs;
  let sent = 0;
  let at = Math.floor(Math.random() * people.length);
  while (performance.now() - begin < ms) {
    const due = Math.floor((performance.now() - begin) * perMs);
    for (; sent < due; sent++) {
      // A stride that is prime to most sizes spreads what is said over the rooms.
      at = (at + 7919) % people.length;
      const { person, room } = people[at] ?? {};
      person?.post(room ?? "", `bench ${performance.now()} ${"x".repeat(40)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  const elapsed = performance.now() - begin;
  const used = read();
  // What is still on its way is late, and counts.
  await new Promise((resolve) => setTimeout(resolve, 300));
  delays.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * q))] ?? Infinity;
  return {
    sentPerSecond: (sent * 1000) / elapsed,
    heardPerSecond: (delays.length * 1000) / elapsed,
    p50: quantile(0.5),
    p99: quantile(0.99),
    gone: people.filter(({ person }) => person.isGone).length,
    ...used,
  };
}
