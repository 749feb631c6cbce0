import { getHeapStatistics } from "node:v8";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { AppEvent, Meter } from "./meter.ts";
import type { WebhookFigures } from "../webhooks/webhook-figures.ts";
import { residentBytes, type LoadWatch } from "./load-watch.ts";

/** What is looked at when somebody asks for the metrics. */
export interface Gauges {
  /** Connections that have said hello, by app. */
  connections(): Iterable<[app: string, count: number]>;
  /** Connections, those that have said nothing yet included. */
  sockets(): number;
  rooms(): number;
  /** Users present in rooms; one who is in two counts twice. */
  members(): number;
  /** Bytes that wait to be read, of all connections together and of the one with most. */
  queues(): { all: number; most: number };
  /** Drafts that wait for a commit. */
  drafts(): number;
  isReady(): boolean;
  /** How webhooks are doing; rejects when that cannot be read just now. */
  webhooks(): Promise<WebhookFigures[]>;
}

/** The metrics of a relay. */
export interface Metrics {
  readonly contentType: string;
  /** All of them as they stand, in the text format of Prometheus. */
  text(): Promise<string>;
  /** All of them, without values: for documents, and for whoever checks a dashboard. */
  list(): { name: string; help: string; type: string }[];
}

/** What a metric is made of, apart from where its values come from. */
interface About<Label extends string> {
  name: string;
  help: string;
  labelNames?: readonly Label[];
}

type Sample<Label extends string> = [labels: Partial<Record<Label, string | number>>, value: number];

/**
 * Makes the metrics of a relay from its meter. Nothing is made for them while it works: the numbers are fetched
 * when somebody asks. Labels are app ids, codes and words of this source, never what a client sent.
 */
export function makeMetrics(
  meter: Meter,
  load: Pick<LoadWatch, "loopDelay" | "isShedding">,
  gauges: Gauges,
  version: string,
): Metrics {
  const registry = new Registry();
  const registers = [registry];

  function count<Label extends string = never>(
    about: About<Label>,
    samples: () => Iterable<Sample<Label>>,
  ): void {
    new Counter({
      ...about,
      labelNames: [...(about.labelNames ?? [])],
      registers,
      collect() {
        this.reset();
        for (const [labels, value] of samples()) this.inc(labels, value);
      },
    });
  }

  function gauge<Label extends string = never>(
    about: About<Label>,
    samples: () => Iterable<Sample<Label>>,
  ): void {
    new Gauge({
      ...about,
      labelNames: [...(about.labelNames ?? [])],
      registers,
      collect() {
        this.reset();
        for (const [labels, value] of samples()) this.set(labels, value);
      },
    });
  }

  const one = (value: number): [Sample<never>] => [[{}, value]];

  function* ofApps(event: AppEvent): Iterable<Sample<"app">> {
    for (const [app, tally] of meter.apps()) yield [{ app }, tally.get(event)];
  }

  gauge({ name: "natter_info", help: "The relay's version; always 1.", labelNames: ["version"] }, () => [
    [{ version }, 1],
  ]);
  gauge({ name: "natter_ready", help: "1 while /readyz says that new clients may be sent here." }, () =>
    one(gauges.isReady() ? 1 : 0),
  );

  gauge(
    {
      name: "natter_connections",
      help: "Connections that have said hello, by app.",
      labelNames: ["app"],
    },
    function* () {
      for (const [app, value] of gauges.connections()) yield [{ app }, value];
    },
  );
  gauge({ name: "natter_sockets", help: "Open WebSockets, those that have said nothing yet included." }, () =>
    one(gauges.sockets()),
  );
  count({ name: "natter_connections_opened_total", help: "WebSockets that were accepted." }, () =>
    one(meter.connections.opened),
  );
  count({ name: "natter_connections_closed_total", help: "WebSockets that ended, by whichever side." }, () =>
    one(meter.connections.closed),
  );
  count(
    {
      name: "natter_closes_total",
      help: "Connections that the relay ended, by close code.",
      labelNames: ["code"],
    },
    function* () {
      for (const [code, value] of meter.closes.entries()) yield [{ code }, value];
    },
  );
  count(
    { name: "natter_hellos_total", help: "Connections that were welcomed, by app.", labelNames: ["app"] },
    () => ofApps("hello"),
  );

  count({ name: "natter_received_frames_total", help: "Frames that clients sent." }, () =>
    one(meter.received.frames),
  );
  count({ name: "natter_received_bytes_total", help: "Bytes of the frames that clients sent." }, () =>
    one(meter.received.bytes),
  );
  count(
    {
      name: "natter_received_packets_total",
      help: "Packets that clients sent, by type.",
      labelNames: ["type"],
    },
    function* () {
      for (const [type, value] of meter.packets.entries()) yield [{ type }, value];
    },
  );
  count({ name: "natter_sent_frames_total", help: "Frames that were handed to connections." }, () =>
    one(meter.sent.frames),
  );
  count(
    { name: "natter_sent_bytes_total", help: "Bytes of the frames that were handed to connections." },
    () => one(meter.sent.bytes),
  );
  count(
    {
      name: "natter_deliveries_total",
      help: "Packets that were handed to connections: an event told to a hundred connections counts a hundred times.",
    },
    () => one(meter.sent.packets),
  );

  count({ name: "natter_posts_total", help: "Messages that were stored, by app.", labelNames: ["app"] }, () =>
    ofApps("post"),
  );
  count(
    {
      name: "natter_joins_total",
      help: "Joins that were answered, by app, and by whether everything that was missed could be given (recovered) or the newest page was (fresh).",
      labelNames: ["app", "outcome"],
    },
    function* () {
      for (const [app, tally] of meter.apps()) {
        yield [{ app, outcome: "recovered" }, tally.get("join-recovered")];
        yield [{ app, outcome: "fresh" }, tally.get("join-fresh")];
      }
    },
  );
  count(
    {
      name: "natter_errors_total",
      help: "Packets that were refused, by error code.",
      labelNames: ["code"],
    },
    function* () {
      for (const [code, value] of meter.errors.entries()) yield [{ code }, value];
    },
  );
  count(
    {
      name: "natter_limited_total",
      help: "What was refused because of a limit, by the limit's name in docs/OPERATING.md.",
      labelNames: ["limit"],
    },
    function* () {
      for (const [limit, value] of meter.limited.entries()) yield [{ limit }, value];
    },
  );

  gauge({ name: "natter_rooms", help: "Rooms that are open on this relay." }, () => one(gauges.rooms()));
  gauge({ name: "natter_members", help: "Users present in rooms; one who is in two counts twice." }, () =>
    one(gauges.members()),
  );
  gauge({ name: "natter_queue_bytes", help: "Bytes that wait to be read by all clients together." }, () =>
    one(gauges.queues().all),
  );
  gauge(
    { name: "natter_queue_bytes_max", help: "Bytes that wait for the client that is furthest behind." },
    () => one(gauges.queues().most),
  );

  gauge({ name: "natter_commit_waiting", help: "Drafts that wait for the next commit." }, () =>
    one(gauges.drafts()),
  );
  count({ name: "natter_engine_faults_total", help: "Times that the engine failed." }, () =>
    one(meter.faults.engine),
  );
  const commits = new Histogram({
    name: "natter_commit_seconds",
    help: "How long a commit took, from handing it to the engine to its result.",
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const drafts = new Counter({
    name: "natter_commit_drafts_total",
    help: "Drafts in all commits; over natter_commit_seconds_count it is how full they are.",
    registers,
  });
  meter.onCommit = (ms, held) => {
    commits.observe(ms / 1000);
    drafts.inc(held);
  };

  gauge(
    {
      name: "natter_event_loop_delay_seconds",
      help: "How late the event loop came to what was due, in the last second.",
      labelNames: ["what"],
    },
    () => [
      [{ what: "mean" }, load.loopDelay.mean],
      [{ what: "p99" }, load.loopDelay.p99],
      [{ what: "max" }, load.loopDelay.max],
    ],
  );
  gauge(
    { name: "natter_shedding", help: "1 while nobody new is let in, because there is too much to do." },
    () => one(load.isShedding ? 1 : 0),
  );
  count(
    {
      name: "natter_shed_total",
      help: "What was refused because there was too much to do.",
      labelNames: ["what"],
    },
    function* () {
      for (const [what, value] of meter.shed.entries()) yield [{ what }, value];
    },
  );

  let webhooks: readonly WebhookFigures[] = [];
  const ofWebhooks = function* (
    value: (figures: WebhookFigures) => number,
  ): Iterable<Sample<"app" | "host">> {
    for (const figures of webhooks) yield [{ app: figures.app, host: figures.host }, value(figures)];
  };
  count(
    {
      name: "natter_webhook_attempts_total",
      help: "Attempts to tell webhooks something, by app, host, and outcome: taken (2xx), refused (any other answer) or unanswered.",
      labelNames: ["app", "host", "outcome"],
    },
    function* () {
      for (const { app, host, taken, refused, unanswered } of webhooks) {
        yield [{ app, host, outcome: "taken" }, taken];
        yield [{ app, host, outcome: "refused" }, refused];
        yield [{ app, host, outcome: "unanswered" }, unanswered];
      }
    },
  );
  count(
    {
      name: "natter_webhook_deliveries_total",
      help: "What webhooks were to be told, by app, host, and outcome: delivered, skipped (not taken for a day) or dropped (too much waited).",
      labelNames: ["app", "host", "outcome"],
    },
    function* () {
      for (const { app, host, taken, skipped, dropped } of webhooks) {
        yield [{ app, host, outcome: "delivered" }, taken];
        yield [{ app, host, outcome: "skipped" }, skipped];
        yield [{ app, host, outcome: "dropped" }, dropped];
      }
    },
  );
  gauge(
    {
      name: "natter_webhook_waiting",
      help: "What waits to be told to webhooks, by app and host; of several relays, at the one that tells them.",
      labelNames: ["app", "host"],
    },
    () => ofWebhooks(({ waiting }) => waiting),
  );
  gauge(
    {
      name: "natter_webhook_oldest_seconds",
      help: "How long ago the oldest of what waits happened; 0 when nothing does.",
      labelNames: ["app", "host"],
    },
    () => ofWebhooks(({ oldest }) => oldest),
  );
  gauge(
    {
      name: "natter_webhook_failing",
      help: "Webhooks whose last attempt failed, and which are tried again.",
      labelNames: ["app", "host"],
    },
    () => ofWebhooks(({ failing }) => failing),
  );
  gauge(
    {
      name: "natter_webhook_dead",
      help: "Webhooks that were given up, and are told nothing until the settings are read anew.",
      labelNames: ["app", "host"],
    },
    () => ofWebhooks(({ dead }) => dead),
  );

  gauge({ name: "process_resident_memory_bytes", help: "Memory of the whole process." }, () =>
    one(residentBytes()),
  );
  gauge({ name: "nodejs_heap_size_used_bytes", help: "JavaScript's heap, as far as it is in use." }, () =>
    one(getHeapStatistics().used_heap_size),
  );
  count({ name: "process_cpu_seconds_total", help: "Processor time of the whole process." }, () => {
    const { user, system } = process.cpuUsage();
    return one((user + system) / 1e6);
  });
  gauge({ name: "process_start_time_seconds", help: "When the process was started, since 1970." }, () =>
    one(performance.timeOrigin / 1000),
  );

  return {
    contentType: registry.contentType,
    async text() {
      // What cannot be read is left out: all else is wanted all the more then.
      webhooks = await gauges.webhooks().catch(() => []);
      return registry.metrics();
    },
    list: () =>
      registry.getMetricsAsArray().map(({ name, help, type }) => ({ name, help, type: String(type) })),
  };
}
