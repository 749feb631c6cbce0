import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { findRedis, NO_REDIS } from "./redis.mjs";
import { until } from "./until.ts";

const START_MS = 45_000;
/** What is in the log of a server, or of a sentinel, when it answers. */
const READY = /Ready to accept connections|Sentinel ID is/;

export { findRedis, NO_REDIS };

/** How a server of a test is started. */
export interface RedisServerOptions {
  /** Settings after those that make it private and forgetful, such as `["--appendonly", "yes"]`. */
  args?: readonly string[];
  /** A folder to use instead of one of its own; it is not removed. */
  dir?: string;
  port?: number;
  /** True for a sentinel; its first argument is a file then. */
  isSentinel?: boolean;
}

/** What one command gives: as RESP2 has it. */
export type Answer = string | number | null | Answer[];

/** A real Redis in a process and a folder of its own, on a free port of the loopback interface. */
export class RedisServer {
  readonly host = "127.0.0.1";
  readonly port: number;
  readonly dir: string;
  readonly #options: RedisServerOptions;
  #child: ChildProcess;
  readonly #output: string[];

  private constructor(
    port: number,
    dir: string,
    options: RedisServerOptions,
    output: string[],
    child: ChildProcess,
  ) {
    this.port = port;
    this.dir = dir;
    this.#options = options;
    this.#output = output;
    this.#child = child;
  }

  /** Starts a server and waits until it answers. It stores nothing on the disk unless it is told to. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const dir = options.dir ?? mkdtempSync(join(tmpdir(), "natter-redis-"));
    const port = options.port ?? (await freePort());
    const output: string[] = [];
    try {
      return new RedisServer(port, dir, options, output, await launch(port, dir, options, output));
    } catch (cause) {
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
      throw cause;
    }
  }

  /** Where it is, for `--redis`. */
  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  /** Everything it printed so far, over all its lives. */
  get output(): string {
    return this.#output.join("");
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends it with a signal, as a crash does unless another is named; its folder stays. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    await end(this.#child, signal);
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    await this.kill("SIGTERM");
  }

  /** Starts it again on its port and folder, ending it first if it still runs. */
  async restart(signal: NodeJS.Signals = "SIGKILL", args = this.#options.args): Promise<void> {
    await this.kill(signal);
    const options = args ? { ...this.#options, args } : this.#options;
    this.#child = await launch(this.port, this.dir, options, this.#output);
  }

  /** Holds it: connections stay, and nothing is answered. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  /** Ends {@link pause}. */
  resume(): void {
    this.#child.kill("SIGCONT");
  }

  /** Sends one command over a connection of its own. */
  async command(...words: (string | number)[]): Promise<Answer> {
    const client = createClient({
      socket: { host: this.host, port: this.port, reconnectStrategy: false },
      RESP: 2,
      disableClientInfo: true,
    });
    client.on("error", () => {});
    await client.connect();
    try {
      return await client.sendCommand<Answer>(words.map(String));
    } finally {
      client.destroy();
    }
  }

  /** One line of what it answers to `INFO`. */
  async info(name: string): Promise<string | undefined> {
    const text = String(await this.command("INFO", "everything"));
    return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(text)?.[1];
  }

  /** Ends it and removes its folder. Closing twice is harmless. */
  async close(): Promise<void> {
    await this.kill();
    if (this.#options.dir === undefined) rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A master with a replica, watched by sentinels that call it `natter`. */
export interface SentinelStage {
  url: string;
  master: RedisServer;
  replica: RedisServer;
  sentinels: readonly RedisServer[];
  close: () => Promise<void>;
}

/** Starts a master, a replica and three sentinels that take a master for lost after `downMs`. */
export async function startSentinels({
  downMs = 1000,
  args = [] as readonly string[],
} = {}): Promise<SentinelStage> {
  const servers: RedisServer[] = [];
  const add = async (options: RedisServerOptions): Promise<RedisServer> => {
    const server = await RedisServer.start(options);
    servers.push(server);
    return server;
  };
  const close = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.close())));
  try {
    const master = await add({ args });
    const replica = await add({ args: [...args, "--replicaof", "127.0.0.1", String(master.port)] });
    await until(async () => (await replica.info("master_link_status")) === "up");
    const sentinels = [];
    for (let at = 0; at < 3; at++) {
      const sentinel = await add({ isSentinel: true });
      await sentinel.command("SENTINEL", "MONITOR", "natter", "127.0.0.1", master.port, 2);
      for (const [name, value] of [
        ["down-after-milliseconds", downMs],
        ["failover-timeout", 5000],
      ] as const)
        await sentinel.command("SENTINEL", "SET", "natter", name, value);
      sentinels.push(sentinel);
    }
    // They find each other through the master, and it takes two of three to name another.
    for (const sentinel of sentinels)
      await until(async () => {
        const said = (await sentinel.command("SENTINEL", "MASTER", "natter")) as string[];
        const value = (name: string): string | undefined => said[said.indexOf(name) + 1];
        return value("num-other-sentinels") === "2" && value("num-slaves") === "1";
      });
    const url = `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",")}/natter`;
    return { url, master, replica, sentinels, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The nodes of a Cluster; each master may have a replica. */
export interface ClusterStage {
  url: string;
  masters: readonly RedisServer[];
  replicas: readonly RedisServer[];
  close: () => Promise<void>;
}

const SLOTS = 16_384;

/** Starts a Cluster whose slots are shared out evenly, and waits until every node knows it. */
export async function startCluster(
  count = 3,
  { replicas: wantsReplicas = false, args = [] as readonly string[], nodeTimeoutMs = 1000 } = {},
): Promise<ClusterStage> {
  const servers: RedisServer[] = [];
  const busPorts = new Map<RedisServer, number>();
  const close = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.close())));
  try {
    const total = wantsReplicas ? 2 * count : count;
    for (let at = 0; at < total; at++) {
      const busPort = await freePort();
      const cluster = [
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        busPort,
        "--cluster-node-timeout",
        nodeTimeoutMs,
      ];
      const server = await RedisServer.start({ args: [...cluster.map(String), ...args] });
      servers.push(server);
      busPorts.set(server, busPort);
      // Or all would have the same, and fight for it.
      await server.command("CLUSTER", "SET-CONFIG-EPOCH", at + 1);
    }
    const masters = servers.slice(0, count);
    const replicas = servers.slice(count);
    for (const [at, master] of masters.entries()) {
      const from = Math.floor((at * SLOTS) / count);
      const to = Math.floor(((at + 1) * SLOTS) / count) - 1;
      await master.command("CLUSTER", "ADDSLOTSRANGE", from, to);
    }
    const [first, ...others] = servers;
    for (const other of others)
      await first?.command("CLUSTER", "MEET", "127.0.0.1", other.port, busPorts.get(other) ?? 0);
    const knowsAll = async (server: RedisServer): Promise<boolean> => {
      const said = String(await server.command("CLUSTER", "INFO"));
      return said.includes("cluster_state:ok") && said.includes(`cluster_known_nodes:${total}`);
    };
    for (const server of servers) await until(() => knowsAll(server));
    for (const [at, replica] of replicas.entries()) {
      const id = String(await masters[at]?.command("CLUSTER", "MYID"));
      await until(async () => (await replica.command("CLUSTER", "REPLICATE", id).catch(() => "")) === "OK");
    }
    for (const replica of replicas)
      await until(async () => (await replica.info("master_link_status")) === "up");
    return {
      url: `redis+cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
      masters,
      replicas,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A port of the loopback interface that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function launch(
  port: number,
  dir: string,
  { args = [], isSentinel = false }: RedisServerOptions,
  output: string[],
): Promise<ChildProcess> {
  const redis = findRedis();
  if (!redis) throw new Error(NO_REDIS);
  const own = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir];
  const kind = isSentinel
    ? [sentinelFile(dir), "--sentinel", ...own]
    : [...own, "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"];
  const child = spawn(redis.program, [...kind, ...args], {
    cwd: dir,
    env: { ...process.env, ...redis.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  try {
    await ready(child, output);
    return child;
  } catch (cause) {
    await end(child, "SIGKILL");
    throw cause;
  }
}

/** A sentinel keeps what it learns in its file. */
function sentinelFile(dir: string): string {
  const path = join(dir, "sentinel.conf");
  if (!existsSync(path)) writeFileSync(path, "");
  return path;
}

function ready(child: ChildProcess, output: string[]): Promise<void> {
  const from = output.length;
  const said = (): string => output.slice(from).join("");
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Redis did not say that it is ready within ${START_MS} ms:\n${said()}`));
    }, START_MS);
    const read = (chunk: Buffer): void => {
      output.push(chunk.toString());
      if (!READY.test(said())) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`Redis ended (${signal ?? `exit code ${code}`}) before it was ready:\n${said()}`));
    });
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    // One that is held hears nothing else.
    if (signal !== "SIGKILL") child.kill("SIGCONT");
    child.kill(signal);
  });
}

/** A test that ends in the middle leaves no server behind. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
