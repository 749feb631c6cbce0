import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNginx } from "./nginx.mjs";
import { pause } from "./until.ts";

const CONFIG = readFileSync(fileURLToPath(new URL("../../relay/deploy/nginx.conf", import.meta.url)), "utf8");

/** How a {@link NginxProcess} is started. */
export interface NginxOptions {
  /** Where the relays are. */
  relays: readonly string[];
  /** How long nginx waits for a word of a relay; 90 s in the file. */
  patienceMs?: number;
}

/** A real nginx with the configuration of the documents, on a free port of the loopback interface. */
export class NginxProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts it and waits until it serves a relay. */
  static async start(options: NginxOptions): Promise<NginxProcess> {
    const folder = mkdtempSync(join(tmpdir(), "natter-nginx-"));
    const port = await freePort();
    const errors = join(folder, "error.log");
    const file = join(folder, "nginx.conf");
    writeFileSync(file, configured(folder, port, options));
    const child = spawn(findNginx() ?? "nginx", ["-e", errors, "-p", folder, "-c", file], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const nginx = new NginxProcess(`http://127.0.0.1:${port}`, child, folder);
    for (let each = 0; each < 100; each++) {
      const answer = await fetch(`${nginx.url}/healthz`).catch(() => undefined);
      if (answer?.status === 200) return nginx;
      await pause(50);
    }
    const said = readFileSync(errors, "utf8");
    await nginx.close();
    throw new Error(`nginx does not serve: ${said}`);
  }

  /** Ends it and removes its folder. */
  async close(): Promise<void> {
    // Asked and waited for: killed, it would leave its workers behind.
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.#child.exitCode === null && this.#child.kill("SIGTERM")) await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The configuration of the documents, with the addresses of this test and another patience. */
function configured(folder: string, port: number, { relays, patienceMs = 90_000 }: NginxOptions): string {
  const servers = relays.map((relay) => `server ${new URL(relay).host};`);
  const site = CONFIG.replace("listen 80;", `listen 127.0.0.1:${port};`)
    .replace("server 127.0.0.1:8000;", servers.join(" "))
    .replaceAll("90s;", `${patienceMs}ms;`);
  return `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ")}
  ${site}
}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
