/** What one step of a bench came to. Shares are of one core, so that two full cores are 2. */
export interface Step {
  people: number;
  messagesPerSecond: number;
  /** What reached somebody, a second. */
  deliveriesPerSecond: number;
  /** From the sending of a message to its arrival at a member of its room, in ms. */
  p50: number;
  p99: number;
  /** How much of its time the relay's main thread was busy, 0 to 1. */
  relayLoop: number;
  relayCpu: number;
  loadCpu: number;
  /** How much of its time the load generator's main thread was busy, 0 to 1. */
  loadLoop: number;
  relayBytes: number;
}

/** What there is of everything. */
export interface Machine {
  cores: number;
  memoryBytes: number;
  /** File descriptors of one process. */
  descriptors: number;
  /** How long a small write with its fsync takes, the median in ms. */
  fsyncMs: number;
}

/** What gave out first. */
export type Bottleneck =
  | "relay CPU"
  | "machine CPU"
  | "load generator"
  | "memory"
  | "file descriptors"
  | "disk"
  | "latency"
  | "connections"
  | "time";

/** Past these a step counts as too much. */
export const MARKS = { p99Ms: 250, relayLoop: 0.8, memoryShare: 0.7 } as const;

/** Part of all cores together from which on everything waits for everything. */
const FULL = 0.9;

/** A disk that takes longer for an fsync makes messages wait for each other. */
const SLOW_FSYNC_MS = 20;

/** Names what was too much in a step; undefined where nothing was. Pure. */
export function bottleneckOf(step: Step, { cores, memoryBytes, fsyncMs }: Machine): Bottleneck | undefined {
  if (step.relayBytes > memoryBytes * MARKS.memoryShare) return "memory";
  const isLate = step.p99 > MARKS.p99Ms;
  if (step.relayLoop > MARKS.relayLoop) return "relay CPU";
  if (!isLate) return undefined;
  if (step.relayCpu + step.loadCpu > cores * FULL) return "machine CPU";
  if (step.loadLoop > FULL) return "load generator";
  return fsyncMs > SLOW_FSYNC_MS ? "disk" : "latency";
}

/** How many people to try next; undefined where there are file descriptors for no more. Pure. */
export function nextPeople(last: Step | undefined, { descriptors }: Machine): number | undefined {
  if (!last) return Math.min(200, descriptors - SPARE) || undefined;
  // In proportion to what is left, but never by leaps: what a room costs grows faster than the people in it.
  const load = Math.max(last.relayLoop / MARKS.relayLoop, last.p50 / MARKS.p99Ms);
  const wanted = Math.round(last.people * Math.min(4, Math.max(1.3, 0.7 / load)));
  const possible = Math.min(wanted, descriptors - SPARE);
  return possible > last.people ? possible : undefined;
}

/** File descriptors that are not for people. */
const SPARE = 64;

const REASONS: Record<Bottleneck, string> = {
  "relay CPU": "the relay's one core is full",
  "machine CPU":
    "all cores of the machine are full, and the load generator takes its part of them: with people elsewhere the relay holds more",
  "load generator": "the load generator could do no more: the relay itself holds more",
  memory: "memory gives out",
  "file descriptors":
    "there are file descriptors for no more: raise `ulimit -n`, or LimitNOFILE, and measure again",
  disk: "the disk takes long to sync: a faster one, or --durability relaxed, helps",
  latency:
    "messages take too long, though neither CPU nor disk is full; something else on this machine gets in the way",
  connections: "no more connections came about",
  time: "the time was up before anything gave out: allow more with --seconds",
};

/** The sentences of a bench. Pure. */
export function sentences(
  { people, bottleneck }: { people: number; bottleneck: Bottleneck },
  { roomSize, everySeconds }: { roomSize: number; everySeconds: number },
): string[] {
  const count = people.toLocaleString("en");
  const isOpen = bottleneck === "time" || bottleneck === "load generator";
  return [
    `This machine holds ${isOpen ? "at least" : "about"} ${count} people, in rooms of ${roomSize} where everybody says something every ${everySeconds} seconds.`,
    `What ends it: ${REASONS[bottleneck]}.`,
    "The load generator ran on the same machine and took CPU from the relay; browsers, TLS and a network did not take part. Plan for half.",
  ];
}
