import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handshake, RawClient, RawSocket, SECRET } from "../support/raw-client.ts";
import { findNginx } from "../support/nginx.mjs";
import { NginxProcess } from "../support/nginx-process.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { pause } from "../support/until.ts";

/** How long nginx waits for a word of the relay in these tests. */
const READ_TIMEOUT_MS = 2000;

describe.skipIf(findNginx() === undefined)(
  "[OPS8] behind a real nginx with the configuration of the documents (skipped without nginx: `apt-get install nginx`)",
  () => {
    let relay: RelayProcess;
    let nginx: NginxProcess;
    let url: string;

    beforeAll(async () => {
      relay = await RelayProcess.start({
        args: ["--memory", "--guests", "on", "--heartbeat", "800ms", "--trusted-proxies", "loopback"],
        env: { NATTER_SECRET: SECRET, NATTER_CONNECTIONS_PER_ADDRESS: "2", NATTER_GUESTS_PER_MINUTE: "2" },
      });
      nginx = await NginxProcess.start({ relays: [relay.url], patienceMs: READ_TIMEOUT_MS });
      ({ url } = nginx);
    });

    afterAll(async () => {
      await nginx.close();
      await relay.close();
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
