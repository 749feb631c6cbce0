import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { flagOf } from "../../src/config.ts";
import { systemClock } from "../../src/clock.ts";
import { OPTIONS, type OptionName } from "../../src/options.ts";
import { hs256, verdictOf } from "../doubles/apps.ts";
import { SECRET } from "../doubles/tokens.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "natter-cli-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** What a command line came to. */
interface Ran {
  code: number;
  out: string;
  complaints: string[];
}

/** Runs a command line; one that serves is stopped as soon as it says where it listens. */
async function command(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const lines: string[] = [];
  const complaints: string[] = [];
  const terminal = {
    env: { NATTER_LOG_LEVEL: "silent", NATTER_DRAIN: "0s", ...env },
    out: (line: string) => void lines.push(line),
    onStop: (stop: () => void) => stop(),
    onReload: () => {},
  };
  const code = await run(args, terminal, (sentence) => void complaints.push(sentence));
  return { code, out: lines.join("\n"), complaints };
}

const serving = ["127.0.0.1:0", "--memory"];

describe("help", () => {
  test.each([["--help"], ["-h"], ["serve", "--help"], ["token", "-h"], ["0:8000", "--help"]])(
    "%s %s",
    async (...args) => {
      const { code, out, complaints } = await command(args.filter((arg) => arg !== undefined));
      expect(code).toBe(0);
      expect(complaints).toEqual([]);
      expect(out).toContain("natter-relay [serve] [host:port]");
      for (const name of Object.keys(OPTIONS) as OptionName[]) expect(out).toContain(flagOf(name));
      for (const flag of ["--sub", "--room", "--expires"]) expect(out).toContain(flag);
    },
  );
});

describe("[OPS1] a command line that is wrong is exit code 2 and one sentence", () => {
  test.each<[string[], RegExp]>([
    [["--max-roms", "3"], /no option --max-roms\. Did you mean --max-rooms\?/],
    [["--elephants"], /no option --elephants\.$/],
    [["-x"], /no option -x/],
    [["--no-dev"], /no option --no-dev/],
    [["--constructor"], /no option --constructor/],
    [["--max-rooms", "many"], /--max-rooms must be/],
    [["--max-rooms"], /--max-rooms needs a value/],
    [["--data", "--memory"], /--data needs a value/],
    [["--dev=perhaps"], /--dev must be on or off/],
    [["serv"], /no command "serv".*Did you mean serve\?/],
    [["teapot"], /no command "teapot"; there are serve, token/],
    [["127.0.0.1:8000", "127.0.0.1:8001"], /one address too many/],
    [["127.0.0.1"], /address must be host:port/],
    [["127.0.0.1:99999"], /address must be host:port/],
    [["127.0.0.1:http"], /address must be host:port/],
    [["::1:8000"], /address must be host:port/],
    [["token"], /--sub ann/],
    [["token", "--sub", ""], /--sub ann/],
    [["token", "--sub", "ann", "--expires", "soon"], /--expires must be a time/],
    [["token", "--sub", "ann", "--room", "lobby"], /--room must be/],
    [["token", "--sub", "ann", "--room", "=member"], /--room must be/],
    [["token", "--sub", "ann", "--room", "lobby=owner"], /--room must be/],
    [["token", "--sub", "ann", "stray"], /stray/],
    [["serve", "--sub", "ann"], /no option --sub/],
  ])("%j", async (args, sentence) => {
    const { code, complaints } = await command(args, { NATTER_SECRET: SECRET });
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(sentence);
    expect(complaints[0]).not.toContain("\n");
    expect(code).toBe(2);
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ NATTER_MAX_ROOMS: "many" }, /^NATTER_MAX_ROOMS must be/],
    [{ NATTER_MAX_ROMS: "3" }, /Did you mean NATTER_MAX_ROOMS\?/],
    [{}, /needs a secret/],
    [{ NATTER_SECRET: "short" }, /5 bytes/],
    [{ NATTER_CONFIG: "/nowhere/natter.json", NATTER_SECRET: SECRET }, /\/nowhere\/natter\.json/],
    [{ NATTER_SITE: "/nowhere/site", NATTER_SECRET: SECRET }, /\/nowhere\/site/],
  ])("the environment %j", async (env, sentence) => {
    const { code, complaints } = await command(serving, env);
    expect(complaints[0]).toMatch(sentence);
    expect(code).toBe(2);
  });
});

describe("what cannot be done is exit code 1 and one sentence", () => {
  test("a port in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const ran = await command([`127.0.0.1:${port}`, "--memory"], { NATTER_SECRET: SECRET });
      expect(ran.code).toBe(1);
      expect(ran.complaints).toEqual([
        `Port ${port} on 127.0.0.1 is taken; stop what uses it, or name another: natter-relay 127.0.0.1:${port + 1}`,
      ]);
    } finally {
      other.close();
    }
  });

  test("an address that is not of this machine", async () => {
    const ran = await command(["192.0.2.1:0", "--memory"], { NATTER_SECRET: SECRET });
    expect(ran.code).toBe(1);
    expect(ran.complaints[0]).toContain("cannot listen on 192.0.2.1:0");
  });
});

describe("serve", () => {
  test.each([[serving], [["serve", ...serving]], [["localhost:0", "--memory"]], [[":0", "--memory"]]])(
    "%j says where, and ends with 0 when it is told to stop",
    async (args) => {
      const { code, out, complaints } = await command(args, { NATTER_SECRET: SECRET });
      expect(complaints).toEqual([]);
      expect(out).toMatch(/^Natter relay at http:\/\/(127\.0\.0\.1|\[::1\]):\d+ \(memory: .+\)$/);
      expect(code).toBe(0);
    },
  );

  test("without a secret, in development, makes one for itself", async () => {
    const { code } = await command(["127.0.0.1:0", "--dev", "--data", join(folder, "data")]);
    expect(code).toBe(0);
  });
});

describe("token", () => {
  const verifier = hs256(systemClock);

  test("prints one that the relay takes", async () => {
    const args = ["--sub", "ann", "--name", "Ann", "--expires", "5m"];
    const rooms = ["--room", "lobby=member", "--room", "team-*=read+post", "--room", "a=b=reader"];
    const { code, out } = await command(["token", ...args, ...rooms], { NATTER_SECRET: SECRET });
    expect(code).toBe(0);
    const verdict = verdictOf(verifier, out);
    expect(verdict).toMatchObject({
      ok: true,
      identity: {
        user: { id: "ann", name: "Ann" },
        rules: [
          { pattern: "lobby", grant: { role: "member" } },
          { pattern: "team-*", grant: { verbs: ["read", "post"] } },
          { pattern: "a=b", grant: { role: "reader" } },
        ],
      },
    });
  });

  test("prints one for the app of the settings", async () => {
    const { out } = await command(["token", "--sub", "ann", "--app", "shop"], { NATTER_SECRET: SECRET });
    const shop = hs256(systemClock, { app: "shop" });
    expect(verdictOf(shop, out).ok).toBe(true);
    expect(verdictOf(verifier, out).ok).toBe(false);
  });

  test("without a secret uses the one of development", async () => {
    const data = join(folder, "data");
    const first = await command(["token", "--sub", "ann", "--data", data]);
    expect(first.code).toBe(0);
    expect(first.out.split(".")).toHaveLength(3);
  });

  test.each([
    [["token", "--sub", "an\nn"]],
    [["token", "--sub", "ann", "--expires", "60d"]],
    [["token", "--sub", "a".repeat(200)]],
  ])("%j would be refused by the relay, and is not printed", async (args) => {
    const { code, out, complaints } = await command(args, { NATTER_SECRET: SECRET });
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(complaints).toHaveLength(1);
  });

  test("a room's name such as __proto__ is a name", async () => {
    const { out } = await command(["token", "--sub", "ann", "--room", "__proto__=member"], {
      NATTER_SECRET: SECRET,
    });
    expect(verdictOf(verifier, out)).toMatchObject({ identity: { rules: [{ pattern: "__proto__" }] } });
  });
});
