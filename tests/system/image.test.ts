import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildInFolders, type Stage } from "../support/dockerfile.ts";
import { RawClient, SECRET } from "../support/raw-client.ts";
import { until } from "../support/until.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCKERFILE = readFileSync(join(ROOT, "relay/deploy/Dockerfile"), "utf8");
const IGNORED = readFileSync(join(ROOT, "relay/deploy/Dockerfile.dockerignore"), "utf8");

/** Who owns nothing, where these tests may choose. */
const NOBODY = 65_534;

function isIgnored(path: string): boolean {
  return /\/(?:node_modules|dist|test)(?:\/|$)|\.tsbuildinfo$/.test(path);
}

/** A relay of the image's entrypoint, which may write to the data folder alone. */
class Container {
  readonly #stage: Stage;
  #child: ChildProcess | undefined;
  #output = "";

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async start(): Promise<string> {
    const { root, env, entrypoint } = this.#stage;
    const [command = "", ...args] = entrypoint.map((part) => part.replace(/^\/app\//, `${root}/app/`));
    expect(command).toBe("node");
    this.#output = "";
    const child = spawn(process.execPath, [...args, "127.0.0.1:0"], {
      cwd: join(root, "app"),
      env: { ...env, NATTER_DATA: join(root, "data"), NATTER_SECRET: SECRET, NATTER_DRAIN: "500ms" },
      stdio: ["ignore", "pipe", "pipe"],
      ...(process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    const address = (): string | undefined => /http:\/\/127\.0\.0\.1:\d+/.exec(this.#output)?.[0];
    await until(() => address() !== undefined || child.exitCode !== null, "the image's relay listens");
    const url = address();
    if (url === undefined) throw new Error(this.#output);
    return url;
  }

  stop(): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return Promise.resolve(child?.exitCode ?? null);
    return new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGTERM");
    });
  }
}

describe("[OPS8] the image", () => {
  const folder = mkdtempSync(join(tmpdir(), "natter-image-"));
  let stage: Stage;
  let container: Container;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    stage = await buildInFolders(DOCKERFILE, ROOT, folder, isIgnored);
    if (process.getuid?.() === 0) chownSync(join(stage.root, "data"), NOBODY, NOBODY);
    container = new Container(stage);
  }, 240_000);

  afterAll(async () => {
    await container.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("runs as an ordinary user, on all addresses of its container, and keeps its data in a volume", () => {
    expect(stage.user).toBe("node");
    expect(stage.command).toEqual(["0:8000"]);
    expect(stage.env["NATTER_DATA"]).toBe("/data");
    expect(DOCKERFILE).toMatch(/^VOLUME \/data$/m);
    expect(DOCKERFILE).toMatch(/^HEALTHCHECK .*/m);
    expect(DOCKERFILE).toContain("/healthz");
  });

  test("is made of what is said here, and not of what lies around", () => {
    for (const line of ["*", "**/node_modules", "**/dist", "**/test", "**/*.tsbuildinfo"]) {
      expect(IGNORED.split("\n")).toContain(line);
    }
  });

  test("serves, with nothing but its data to write to, and keeps what was stored over a restart", async () => {
    const url = await container.start();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const script = await fetch(`${url}/chat-room.js`);
    expect([script.status, (await script.text()).length > 10_000]).toEqual([200, true]);
    const ann = await RawClient.join(url, "ann", "lobby");
    await ann.ask({ type: "post", room: "lobby", id: "1", text: "in an image" });
    const stopping = container.stop();
    expect((await ann.closed).code).toBe(1012);
    expect(await stopping).toBe(0);
    const again = await RawClient.enter(await container.start(), "ann");
    const { messages } = await again.ask({ type: "history", room: "lobby" });
    expect(messages).toMatchObject([{ text: "in an image" }]);
    await again.close();
    expect(await container.stop()).toBe(0);
  });

  test("brings no tool of the makers", () => {
    const has = (name: string): boolean => existsSync(join(stage.root, "app/node_modules", name));
    expect(["vitest", "typescript", "@playwright/test", "oxlint", "rollup"].filter(has)).toEqual([]);
    expect(["ws", "libsql", "prom-client", "@natter/sdk"].filter(has)).toHaveLength(4);
  });
});
