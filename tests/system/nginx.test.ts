import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handshake, RawClient, RawSocket, SECRET } from "../support/raw-client.ts";
import { findNginx } from "../support/nginx.mjs";
import { RelayProcess } from "../support/relay-process.ts";
import { pause } from "../support/until.ts";

const CONFIG = readFileSync(fileURLToPath(new URL("../../relay/deploy/nginx.conf", import.meta.url)), "utf8");
const NGINX = findNginx();

/** How long nginx waits for a word of the relay in these tests; 90 s in the file. */
const READ_TIMEOUT_MS = 2000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The configuration of the documents, with the addresses of this test and a shorter patience. */
function configured(folder: string, port: number, relay: string): string {
  const site = CONFIG.replace("listen 80;", `listen 127.0.0.1:${port};`)
    .replace("server 127.0.0.1:8000;", `server ${new URL(relay).host};`)
    .replaceAll("90s;", `${READ_TIMEOUT_MS}ms;`);
  return `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ")}
  ${site}
}`;
}

describe.skipIf(NGINX === undefined)(
  "[OPS8] behind a real nginx with the configuration of the documents (skipped without nginx: `apt-get install nginx`)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "natter-nginx-"));
    let relay: RelayProcess;
    let nginx: ChildProcess;
    let url: string;

    beforeAll(async () => {
      relay = await RelayProcess.start({
        args: ["--memory", "--guests", "on", "--heartbeat", "800ms", "--trusted-proxies", "loopback"],
        env: { NATTER_SECRET: SECRET, NATTER_CONNECTIONS_PER_ADDRESS: "2", NATTER_GUESTS_PER_MINUTE: "2" },
      });
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      writeFileSync(join(folder, "nginx.conf"), configured(folder, port, relay.url));
      nginx = spawn(
        NGINX ?? "",
        ["-e", join(folder, "error.log"), "-p", folder, "-c", join(folder, "nginx.conf")],
        {
          stdio: ["ignore", "inherit", "inherit"],
        },
      );
      for (let each = 0; each < 100; each++) {
        const answer = await fetch(`${url}/healthz`).catch(() => undefined);
        if (answer?.status === 200) return;
        await pause(50);
      }
      throw new Error(`nginx does not serve: ${readFileSync(join(folder, "error.log"), "utf8")}`);
    });

    afterAll(async () => {
      // Asked and waited for: killed, it would leave its workers behind.
      const ended = new Promise((resolve) => nginx.once("exit", resolve));
      nginx.kill("SIGTERM");
      await ended;
      await relay.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test("people talk, and messages come at once", async () => {
      const ann = await RawClient.join(url, "ann", "lobby");
      const bob = await RawClient.join(url, "bob", "lobby");
      const begun = performance.now();
      await ann.ask({ type: "post", room: "lobby", id: "1", text: "through the proxy" });
      await bob.next((packet) => packet["text"] === "through the proxy");
      expect(performance.now() - begun).toBeLessThan(1000);
      await Promise.all([ann.close(), bob.close()]);
    });

    test("a quiet connection lives past the proxy's patience, by its heartbeats", async () => {
      const ann = await RawClient.join(url, "ann", "quiet");
      const beat = setInterval(() => ann.sayText("[]"), 500);
      await pause(2.5 * READ_TIMEOUT_MS);
      clearInterval(beat);
      await ann.ask({ type: "post", room: "quiet", id: "1", text: "still here" });
      await ann.close();
    });

    test("a page is served, under the name that the browser asked for", async () => {
      const page = await fetch(`${url}/r/lobby`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("lobby");
      const own = await RawClient.open(url, { headers: { origin: url } });
      own.say({ type: "hello", token: "x" });
      // A page of this very address is allowed in; of another it is told so.
      expect((await own.closed).code).toBe(4401);
      const other = await RawClient.open(url, { headers: { origin: "https://evil.example" } });
      expect((await other.closed).code).toBe(4403);
    });

    test("the metrics are not for the public", async () => {
      expect((await fetch(`${url}/metrics`)).status).toBe(403);
      expect((await fetch(`${relay.url}/metrics`)).status).toBe(200);
    });

    test("[OV-10] clients are told apart by what nginx says, whatever they say themselves", async () => {
      const guest = (forwarded: string): Promise<number> =>
        fetch(`${url}/v1/guest`, {
          method: "POST",
          headers: { "x-forwarded-for": forwarded, forwarded: `for=${forwarded}` },
        }).then(({ status }) => status);
      // All of them come from 127.0.0.1, which is trusted itself: so the hop before it counts, as it would of a
      // proxy before nginx.
      expect([await guest("203.0.113.1"), await guest("203.0.113.1"), await guest("203.0.113.1")]).toEqual([
        200, 200, 429,
      ]);
      expect(await guest("192.0.2.7, 203.0.113.1")).toBe(429);
      expect(await guest("203.0.113.2")).toBe(200);
    });

    test("[OV-10] connections of one address are counted", async () => {
      const statuses = [];
      const open = [];
      for (let each = 0; each < 3; each++) {
        const raw = await RawSocket.dial(url);
        raw.write(handshake({ headers: ["X-Forwarded-For: 203.0.113.50"] }));
        statuses.push((await raw.head()).split(" ")[1]);
        open.push(raw);
      }
      expect(statuses).toEqual(["101", "101", "429"]);
      for (const raw of open) raw.destroy();
    });

    test("[SD-01] clients are told of a stop, and the proxy lets their words through to the end", async () => {
      const ann = await RawClient.join(url, "ann", "lobby");
      const stopping = relay.stop();
      await ann.next("goaway");
      await ann.ask({ type: "post", room: "lobby", id: "last", text: "before the end" });
      expect((await ann.closed).code).toBe(1012);
      expect(await stopping).toBe(0);
      expect((await fetch(`${url}/healthz`)).status).toBe(502);
    });
  },
);
