import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { OptionError } from "../options.ts";
import { sentences, type Step } from "./bench/judge.ts";
import { runBench } from "./bench/run-bench.ts";
import { columns } from "./columns.ts";
import type { Command } from "./command.ts";

const SECONDS = { preset: 40, min: 5, max: 60 };

/** A room as they usually are, and how often somebody in it says something. */
const TALK = { roomSize: 20, everySeconds: 20 };

/** `natter-relay bench` */
export const bench: Command = {
  name: "bench",
  usage: "natter-relay bench",
  help: "Measures how many people fit on this machine: a relay of its own in a folder of its own, and ever more people who talk, until something gives out, which it names. Takes a minute at most, and the machine whole.",
  flags: {
    seconds: {
      takes: "N",
      help: `how long it may take (${SECONDS.preset}; ${SECONDS.min} to ${SECONDS.max})`,
    },
    folder: {
      takes: "DIR",
      help: "where to make its folder, on the disk that is to be measured (that for temporary files)",
    },
    json: { help: "the same as JSON" },
  },
  async run(args, terminal) {
    const [stray] = args.positionals;
    if (stray !== undefined) throw new OptionError(`There is one word too many: ${JSON.stringify(stray)}.`);
    const seconds = readSeconds(args.own["seconds"]);
    const parent = readFolder(args.own["folder"]);
    const asJson = args.own["json"] === true;
    const stopping = new AbortController();
    terminal.onStop(() => stopping.abort());
    const rows = [HEAD];
    const report = await runBench({
      ...TALK,
      seconds,
      parent,
      stopping: stopping.signal,
      onStep: (step) => void rows.push(row(step)),
    });
    if (asJson) terminal.out(JSON.stringify({ ...TALK, ...report }, null, 2));
    else for (const line of [...columns(rows), "", ...sentences(report, TALK)]) terminal.out(line);
    return 0;
  },
};

const HEAD = ["people", "messages/s", "deliveries/s", "p50", "p99", "relay", "load", "memory"];

function row(step: Step): string[] {
  const whole = (value: number): string => Math.round(value).toLocaleString("en");
  return [
    whole(step.people),
    whole(step.messagesPerSecond),
    whole(step.deliveriesPerSecond),
    `${step.p50.toFixed(1)} ms`,
    `${step.p99.toFixed(1)} ms`,
    `${whole(step.relayLoop * 100)} %`,
    `${whole(step.loadCpu * 100)} %`,
    `${whole(step.relayBytes / 1024 / 1024)} MiB`,
  ];
}

function readSeconds(written: string | true | undefined): number {
  if (written === undefined) return SECONDS.preset;
  const seconds = typeof written === "string" && /^\d+$/.test(written) ? Number(written) : Number.NaN;
  if (seconds >= SECONDS.min && seconds <= SECONDS.max) return seconds;
  throw new OptionError(
    `--seconds must be a whole number from ${SECONDS.min} to ${SECONDS.max}, not ${JSON.stringify(written)}.`,
  );
}

function readFolder(written: string | true | undefined): string {
  if (typeof written !== "string") return tmpdir();
  if (statSync(written, { throwIfNoEntry: false })?.isDirectory()) return written;
  throw new OptionError(`--folder must be a folder, which ${JSON.stringify(written)} is not.`);
}
