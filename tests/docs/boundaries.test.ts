import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OXLINT = join(ROOT, "node_modules/oxlint/bin/oxlint");

/** What a file may not say, by where it stands. Every line is planted once and must be found. */
const FORBIDDEN: Record<string, string[]> = {
  "sdk/src/protocol": ["../chat-error.ts", "../room/view.ts", "lit", "node:fs", "@natter/sdk"],
  "sdk/src": ["node:fs", "ws", "@natter/widget", "@natter/relay", "../../relay/src/index.ts"],
  "sdk/src/server": ["node:crypto", "ws", "@natter/sdk/protocol"],
  "sdk/src/testing": ["node:events", "ws"],
  "sdk/src/connection": ["../room/view.ts", "../chat.ts", "../index.ts", "ws", "@natter/relay"],
  "sdk/src/room": ["../connection/connection.ts", "../chat.ts", "node:fs", "ws", "@natter/relay"],
  "widget/src": ["node:fs", "ws", "@natter/relay", "../../sdk/src/index.ts", "../../relay/src/index.ts"],
  "widget/src/composer": ["../../../sdk/src/index.ts", "node:fs"],
  "relay/src": [
    "@natter/sdk",
    "@natter/sdk/server",
    "@natter/sdk/testing",
    "@natter/widget",
    "../../sdk/src/index.ts",
  ],
  "relay/src/http": ["../relay.ts", "../cli/main.ts", "@natter/sdk"],
  "relay/src/socket": ["../relay.ts", "../cli/main.ts", "@natter/sdk"],
  "relay/src/session": ["../http/server.ts", "../socket/ws-socket.ts", "../relay.ts", "@natter/sdk"],
  "relay/src/room": ["../http/server.ts", "../socket/socket.ts", "../session/session.ts", "../relay.ts"],
  "relay/src/engine": [
    "../room/room.ts",
    "../session/session.ts",
    "../socket/socket.ts",
    "../http/server.ts",
  ],
  "relay/src/engine/sqlite": ["../../room/room.ts", "../../session/session.ts", "../../relay.ts"],
  "relay/src/auth": ["../room/room.ts", "../session/session.ts", "../http/server.ts"],
  "relay/src/telemetry": ["../engine/engine.ts", "../session/session.ts"],
};

const ALLOWED: Record<string, string[]> = {
  "sdk/src/protocol": ["valibot", "./fields.ts"],
  "sdk/src": ["./protocol/index.ts", "./room/view.ts"],
  "sdk/src/connection": ["../protocol/index.ts", "../clock.ts", "./backoff.ts"],
  "sdk/src/room": ["../protocol/index.ts", "../chat-error.ts", "./view.ts"],
  "widget/src": ["@natter/sdk", "@natter/sdk/protocol", "lit", "./message-list/message-list.ts"],
  "relay/src": ["@natter/sdk/protocol", "node:fs", "ws", "./http/server.ts"],
  "relay/src/http": ["../session/session.ts", "../room/room.ts", "@natter/sdk/protocol", "hono"],
  "relay/src/session": ["../room/room.ts", "../engine/engine.ts", "../clock.ts"],
  "relay/src/room": ["../engine/engine.ts", "./fanout.ts"],
  "relay/src/engine/sqlite": ["../engine.ts", "../../clock.ts", "node:worker_threads"],
};

describe("lint holds the layers", () => {
  let folder = "";
  let found = new Map<string, string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "natter-lint-"));
    await copyFile(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    for (const [place, imports] of [...Object.entries(FORBIDDEN), ...Object.entries(ALLOWED)]) {
      for (const name of imports) await plant(join(folder, fileFor(place, name)), name);
    }
    found = await lint(folder);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  for (const [place, imports] of Object.entries(FORBIDDEN)) {
    test.each(imports)(`${place} may not import %s`, (name) => {
      expect(found.get(fileFor(place, name))).toMatch(/./);
    });
  }

  for (const [place, imports] of Object.entries(ALLOWED)) {
    test.each(imports)(`${place} may import %s`, (name) => {
      expect(found.get(fileFor(place, name))).toBeUndefined();
    });
  }
});

function fileFor(place: string, name: string): string {
  return `${place}/planted-${name.replaceAll(/[^a-z]+/g, "-")}.ts`;
}

async function plant(file: string, name: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `import { x } from ${JSON.stringify(name)};\n\nexport const y = x;\n`);
}

/** What `no-restricted-imports` says, by file. */
function lint(cwd: string): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const args = [OXLINT, "-A", "all", "--format", "json"];
    // The linter looks for its companion below the working folder and on the PATH.
    const env = {
      ...process.env,
      PATH: `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env["PATH"]}`,
    };
    execFile(process.execPath, args, { cwd, env, maxBuffer: 1 << 24 }, (error, stdout) => {
      try {
        const { diagnostics } = JSON.parse(stdout) as Report;
        const restricted = diagnostics.filter((one) => one.code === "eslint(no-restricted-imports)");
        resolve(new Map(restricted.map((one) => [one.filename, one.message])));
      } catch {
        reject(new Error(`oxlint did not answer in JSON: ${stdout}`, { cause: error }));
      }
    });
  });
}

interface Report {
  diagnostics: { code: string; filename: string; message: string }[];
}
