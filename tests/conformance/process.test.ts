import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { encode, handshake, RawClient, RawSocket, SECRET, TEXT, tokenFor } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";

const run = promisify(execFile);
const CLI = fileURLToPath(new URL("../../relay/dist/cli/main.js", import.meta.url));

const running: RelayProcess[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((relay) => relay.close()));
});

async function start(args: string[] = [], env: Record<string, string> = {}): Promise<RelayProcess> {
  const relay = await RelayProcess.start({
    args: ["--memory", ...args],
    env: { NATTER_SECRET: SECRET, ...env },
  });
  running.push(relay);
  return relay;
}

/** What a process holds in memory, in bytes. */
function residentBytes(relay: RelayProcess): number {
  const status = readFileSync(`/proc/${relay.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** Whether somebody is let in now. */
function comesIn(relay: RelayProcess, sub: string): Promise<boolean> {
  return RawClient.join(relay.url, sub, "lobby").then(
    (client) => client.close().then(() => true),
    () => false,
  );
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("[OPS3] [SD-01] a relay that is told to stop", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("by %s tells its clients, and exits with 0", async (signal) => {
    const relay = await start(["--drain", "1s"]);
    const clients = await Promise.all(
      Array.from({ length: 20 }, (_, at) => RawClient.join(relay.url, `user-${at}`, "lobby")),
    );
    const begin = Date.now();
    const stopping = relay.stop(signal);
    for (const client of clients) {
      const { within } = await client.next("goaway");
      expect(within).toBeGreaterThan(0);
      expect(within).toBeLessThanOrEqual(1000);
      expect((await client.closed).code).toBe(1012);
    }
    expect(await stopping).toBe(0);
    expect(Date.now() - begin).toBeLessThan(5000);
    expect(relay.output).not.toMatch(/\n\s+at /);
  });

  test("and has no clients does not wait", async () => {
    const relay = await start(["--drain", "30s"]);
    const begin = Date.now();
    expect(await relay.stop()).toBe(0);
    expect(Date.now() - begin).toBeLessThan(3000);
  });

  test("[SD-02] twice ends at once", async () => {
    const relay = await start(["--drain", "30s"]);
    const client = await RawClient.join(relay.url, "ann", "lobby");
    const stopping = relay.stop();
    await client.next("goaway");
    process.kill(relay.pid ?? 0, "SIGTERM");
    expect(await stopping).toBe(1);
  });

  test("[PR-16] ends also who reads nothing and answers nothing", async () => {
    const relay = await start(["--drain", "0s"]);
    const raw = await RawSocket.enter(relay.url, "ann");
    raw.pause();
    const begin = Date.now();
    expect(await relay.stop()).toBe(0);
    expect(Date.now() - begin).toBeLessThan(8000);
    raw.destroy();
  });
});

describe("[OPS1] a start that fails says why in one sentence", () => {
  async function fails(
    args: string[],
    env: Record<string, string> = {},
  ): Promise<{ code: unknown; stderr: string; stdout: string }> {
    const options = { env: { PATH: process.env["PATH"] ?? "", ...env }, cwd: "/tmp", timeout: 40_000 };
    return run(process.execPath, [CLI, ...args], options).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => error as { code: unknown; stdout: string; stderr: string },
    );
  }

  test("a port in use: exit code 1", async () => {
    const relay = await start();
    const { port } = new URL(relay.url);
    const { code, stderr, stdout } = await fails([`127.0.0.1:${port}`, "--memory"], {
      NATTER_SECRET: SECRET,
    });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^natter-relay: Port \d+ on 127\.0\.0\.1 is taken; .*\n$/);
  });

  test.each<[string[], Record<string, string>, RegExp]>([
    [["--max-roms", "3"], {}, /no option --max-roms/],
    [["--memory"], {}, /needs a secret/],
    [["--memory"], { NATTER_SECRET: "my-short-secret" }, /15 bytes/],
    [["--memory"], { NATTER_MAX_ROOMS: "x" }, /NATTER_MAX_ROOMS must be/],
    [["--site", "/nowhere"], { NATTER_SECRET: SECRET }, /"\/nowhere"/],
  ])("%j %j: exit code 2", async (args, env, sentence) => {
    const { code, stderr, stdout } = await fails(["127.0.0.1:0", ...args], env);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).not.toContain("my-short-secret");
  });
});

describe("[P6] after everything that the other files here do to a relay", () => {
  test("the same process serves on, and its log holds no stack, token or text", async () => {
    const relay = await start(["--log-level", "debug", "--guests", "on"]);
    const { pid, url } = relay;
    const bytes: Buffer[] = [
      Buffer.from("hello\r\n\r\n"),
      Buffer.from(handshake({ replaced: { Host: "%%%" } })),
      Buffer.from(handshake({ headers: [`Origin: ${"\u00e9".repeat(60)}`] }), "latin1"),
      Buffer.from(handshake({ headers: [`Origin: ${"\u00ff".repeat(3000)}`] }), "latin1"),
      Buffer.from(handshake({ path: "/ws/chat/%00/" })),
      Buffer.from(handshake({ path: "/ws/chat/%/?token=%" })),
      Buffer.from(handshake({ path: "/r/%ff" })),
      Buffer.alloc(100_000, 0xff),
    ];
    for (const attack of bytes) {
      const raw = await RawSocket.dial(url);
      raw.write(attack);
      await pause(20);
      raw.destroy();
    }
    const hello = { type: "hello", token: tokenFor("mallory", { rooms: { "*": "moderator" } }) };
    const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const frames: string[] = [
      "[".repeat(60_000),
      `[{"type":"post","ref":1,"room":"r","id":"1","text":"x","data":${nested(9000)}}]`,
      `[{"type":"signal","room":"r","name":"n","data":${nested(9000)}}]`,
      JSON.stringify(Array.from({ length: 3000 }, (_, ref) => ({ type: "history", ref, room: `r${ref}` }))),
      JSON.stringify(
        Array.from({ length: 1200 }, (_, ref) => ({ type: "join", ref, room: "\u0315\u0300".repeat(20) })),
      ),
      JSON.stringify([{ type: "join", ref: 1, room: "\u0315\u0300".repeat(10_000) }]),
      JSON.stringify([
        { type: "moderate", ref: 1, room: "r", id: "1", action: "mute", user: "x", for: 2 ** 53 - 1 },
      ]),
      JSON.stringify([{ type: "x".repeat(60_000), ref: 1e300 }]),
      `[{"type":"post","ref":1e999,"room":"r","id":"1","text":"very private words"}]`,
      `[${'{"type":"__proto__","__proto__":{"type":"post"}},'.repeat(500)}{"type":"constructor"}]`,
    ];
    for (const frame of frames) {
      const raw = await RawSocket.open(url);
      raw.say([hello, { type: "join", ref: 0, room: "r" }]);
      raw.frame({ opcode: TEXT, payload: frame });
      raw.write(encode({ opcode: TEXT, payload: frame }).subarray(0, 20));
      await pause(50);
      raw.destroy();
    }
    const ann = await RawClient.join(url, "ann", "lobby");
    await ann.ask({ type: "post", room: "lobby", id: "1", text: "very private words" });
    await ann.close();
    expect(relay.pid).toBe(pid);
    expect(await relay.stop()).toBe(0);
    expect(relay.output).not.toMatch(/\n\s+at |Error|"level":50/);
    expect(relay.output).not.toContain(hello.token.slice(0, 60));
    expect(relay.output).not.toContain("very private words");
  });

  test("[OV-01] [OV-02] fifty who read nothing hold little, and others are not slowed", async () => {
    const relay = await start(["--posts-per-second", "10000", "--posts-burst", "10000"]);
    const readers: RawSocket[] = [];
    for (let each = 0; each < 50; each++) {
      const raw = await RawSocket.enter(relay.url, `paused-${each}`);
      raw.say([{ type: "join", ref: 1, room: "busy" }]);
      await raw.nextPackets();
      raw.pause();
      readers.push(raw);
    }
    const bob = await RawClient.join(relay.url, "bob", "busy");
    const ann = await RawClient.join(relay.url, "ann", "busy");
    const before = residentBytes(relay);
    const text = "x".repeat(3900);
    const delays: number[] = [];
    for (let each = 0; each < 900; each++) {
      const begin = performance.now();
      await ann.ask({ type: "post", room: "busy", id: `p-${each}`, text });
      delays.push(performance.now() - begin);
      if (each % 8 === 0) await pause(10);
    }
    await bob.until(() => (bob.of("event").length === 900 ? true : undefined));
    // 50 lines with 256 KB each (not with the 3.5 MB that were said), the log, and what a heap needs to breathe.
    expect(residentBytes(relay) - before).toBeLessThan(90e6);
    delays.sort((a, b) => a - b);
    expect(delays[Math.floor(delays.length * 0.99)]).toBeLessThan(500);
    for (const reader of readers) reader.destroy();
    await Promise.all([ann.close(), bob.close()]);
  }, 30_000);

  test("[OV-11] who asks for pages and reads none of them holds little", async () => {
    const relay = await start();
    const ann = await RawClient.join(relay.url, "ann", "big");
    for (let each = 0; each < 200; each++) {
      await ann.ask({ type: "post", room: "big", id: `p-${each}`, text: "🙂".repeat(3900) });
    }
    const before = residentBytes(relay);
    const greedy: RawSocket[] = [];
    for (let each = 0; each < 5; each++) {
      const raw = await RawSocket.enter(relay.url, `greedy-${each}`);
      raw.pause();
      const requests = [
        { type: "history", limit: 200 },
        { type: "join", limit: 200 },
        { type: "join", since: { epoch: "?", seq: 0 }, limit: 200 },
      ];
      for (const request of requests) {
        raw.say(Array.from({ length: 300 }, (_, ref) => ({ ...request, ref, room: "big" })));
      }
      greedy.push(raw);
    }
    const begin = performance.now();
    await ann.ask({ type: "post", room: "big", id: "after", text: "x" });
    expect(performance.now() - begin).toBeLessThan(3000);
    expect(residentBytes(relay) - before).toBeLessThan(200e6);
    for (const raw of greedy) raw.destroy();
    await ann.close();
  }, 30_000);

  test("a body that nobody wants is not held", async () => {
    const relay = await start(["--guests", "on"]);
    const before = residentBytes(relay);
    for (const path of ["/healthz", "/v1/guest", "/r/lobby"]) {
      const body = Buffer.alloc(80e6, "x");
      const answer = await fetch(relay.url + path, { method: "POST", body }).catch(() => undefined);
      expect([404, 413, undefined]).toContain(answer?.status);
    }
    expect(residentBytes(relay) - before).toBeLessThan(100e6);
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  });

  test.skipIf(!existsSync("/usr/bin/prlimit"))(
    "[OV-08] without file descriptors it refuses, and heals when some are free",
    async () => {
      const relay = await start();
      const ann = await RawClient.join(relay.url, "ann", "lobby");
      await run("prlimit", ["--pid", String(relay.pid), "--nofile=60:60"]);
      const sockets: RawSocket[] = [];
      for (let each = 0; each < 120; each++) {
        const raw = await RawSocket.dial(relay.url).catch(() => undefined);
        if (raw) sockets.push(raw);
      }
      await pause(200);
      await ann.ask({ type: "post", room: "lobby", id: "1", text: "still here" });
      for (const raw of sockets) raw.destroy();
      await expect.poll(() => comesIn(relay, "bob"), { timeout: 30_000 }).toBe(true);
      await ann.close();
      expect(await relay.stop()).toBe(0);
    },
  );

  test("a listener that goes away while the relay speaks does not take it along", async () => {
    const child = spawn(process.execPath, [CLI, "127.0.0.1:0", "--memory"], {
      env: { ...process.env, NATTER_SECRET: SECRET },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const url = await new Promise<string>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        const found = /http:\/\/[\d.:]+/.exec(chunk.toString())?.[0];
        if (found) resolve(found);
      });
    });
    child.stdout.destroy();
    child.stderr.destroy();
    const ann = await RawClient.join(url, "ann", "lobby");
    await ann.close();
    const code = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await code).toBe(0);
  });
});
