import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLI = join(ROOT, "relay/dist/cli/main.js");
const START_MS = 45_000;
const STOP_MS = 10_000;

/** How a relay of a test is started. */
export interface RelayProcessOptions {
  /** Arguments after the address; `--data` and a folder of its own are added unless there is `--redis`. Default: a development relay that serves the demo. */
  args?: readonly string[];
  /** Environment variables besides those of this process. */
  env?: Readonly<Record<string, string>>;
  /** False for a relay that keeps nothing in its folder, as one that has a Redis. */
  hasData?: boolean;
}

/** The arguments of a relay that forgets everything and serves the demo. */
export const DEMO_ARGS: readonly string[] = ["--dev", "--memory", "--site", join(ROOT, "demo")];

/** A real relay, built and in a process of its own, on a free port of the loopback interface. */
export class RelayProcess {
  /** Where it answers, without a slash at the end; stays the same over a restart. */
  readonly url: string;
  /** Its data folder, removed by {@link close}. */
  readonly data: string;
  #child: ChildProcess;
  readonly #output: string[];
  readonly #options: RelayProcessOptions;

  private constructor(
    url: string,
    data: string,
    child: ChildProcess,
    output: string[],
    options: RelayProcessOptions,
  ) {
    this.url = url;
    this.data = data;
    this.#child = child;
    this.#output = output;
    this.#options = options;
  }

  /** Starts a relay and waits until it says where it listens. */
  static async start(options: RelayProcessOptions = {}): Promise<RelayProcess> {
    if (!existsSync(CLI)) throw new Error("The relay is not built: run `npm run build` first.");
    const data = await mkdtemp(join(tmpdir(), "natter-test-"));
    try {
      const output: string[] = [];
      const { url, child } = await launch("127.0.0.1:0", data, output, options);
      return new RelayProcess(url, data, child, output, options);
    } catch (cause) {
      await rm(data, { recursive: true, force: true });
      throw cause;
    }
  }

  /** Everything it printed so far, over all its lives. */
  get output(): string {
    return this.#output.join("");
  }

  /** The process id of its present life. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends the process with a signal and waits until it is gone; the data folder stays. */
  async stop(signal: "SIGTERM" | "SIGINT" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    return end(this.#child, signal);
  }

  /** Starts it again on the same address with the same data, ending it first if it still runs. */
  async restart(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    await this.stop(signal);
    const { child } = await launch(new URL(this.url).host, this.data, this.#output, this.#options);
    this.#child = child;
  }

  /** Ends it and removes its data. Closing twice is harmless. */
  async close(): Promise<void> {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }
}

async function launch(
  address: string,
  data: string,
  output: string[],
  options: RelayProcessOptions,
): Promise<{ url: string; child: ChildProcess }> {
  const given = options.args ?? DEMO_ARGS;
  // One that keeps its rooms in Redis has no data folder; what it keeps all the same is in its own.
  const hasData = (options.hasData ?? true) && !given.includes("--redis");
  const args = [CLI, address, ...(hasData ? ["--data", data] : []), ...given];
  const child = spawn(process.execPath, args, {
    cwd: data,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    return { url: await listening(child, output), child };
  } catch (cause) {
    await end(child, "SIGKILL");
    throw cause;
  }
}

function listening(child: ChildProcess, output: string[]): Promise<string> {
  const from = output.length;
  return new Promise((resolve, reject) => {
    const said = (): string => output.slice(from).join("");
    const timer = setTimeout(() => {
      reject(new Error(`The relay did not say where it listens within ${START_MS} ms:\n${said()}`));
    }, START_MS);
    const read = (chunk: Buffer): void => {
      output.push(chunk.toString());
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`The relay ended (${signal ?? `exit code ${code}`}) before it listened:\n${said()}`));
    });
  });
}

function end(child: ChildProcess, signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | null> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve(child.exitCode);
  }
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.once("exit", (code) => {
      clearTimeout(force);
      resolve(code);
    });
    child.kill(signal);
  });
}
