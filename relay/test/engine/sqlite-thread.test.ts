import { describe, expect, test } from "vitest";
import { startStoreThread } from "../../src/engine/sqlite/store-thread.ts";
import { ENDLESS, LOBBY } from "../contracts/harness.ts";

const SETTINGS = { folder: "nowhere", retention: ENDLESS, durability: "full" as const };

/** A thread that runs this code with `port` and `say`. */
function thread(code: string): URL {
  const head = `import { parentPort as port } from "node:worker_threads"; const say = (reply) => port.postMessage(reply);`;
  return new URL(`data:text/javascript,${encodeURIComponent(head + code)}`);
}

const OPENED = `say({ type: "opened", notes: ["note"] });`;

describe("a storage thread", () => {
  test("is there when it has opened, and answers each question", async () => {
    const entry = thread(
      `${OPENED} port.on("message", ({ ref, method, args }) => {
         say(method === "marker" ? { type: "failed", ref, error: { message: "No.", trouble: "full" } } : { type: "done", ref, value: args });
         if (method === "close") port.close();
       });`,
    );
    const { store, notes, failed } = await startStoreThread(entry, SETTINGS);
    expect(notes).toEqual(["note"]);
    const answers = await Promise.allSettled([
      store.page(LOBBY, 1, 2, 3),
      store.marker(LOBBY, "ann"),
      store.head(LOBBY),
    ]);
    expect(answers).toMatchObject([
      { value: [LOBBY, 1, 2, 3] },
      { reason: { name: "StorageError", message: "No.", trouble: "full" } },
      { value: [LOBBY] },
    ]);
    await store.close();
    await expect(store.head(LOBBY)).rejects.toThrow("The storage thread has ended.");
    // A good end is no failure.
    expect(await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 50, "nothing"))])).toBe(
      "nothing",
    );
  });

  test("that cannot open refuses with its own sentence", async () => {
    const entry = thread(`say({ type: "refused", error: { message: "In use.", trouble: "refused" } });`);
    await expect(startStoreThread(entry, SETTINGS)).rejects.toThrow("In use.");
  });

  test("that cannot even start says so", async () => {
    await expect(startStoreThread(thread(`throw new Error("nonsense")`), SETTINGS)).rejects.toThrow(
      "The storage thread has ended: nonsense.",
    );
  });

  test.each([
    ["an exception", `throw new Error("out of nothing")`, ": out of nothing."],
    ["an exit", `process.exit(3)`, "."],
  ])("that ends by %s leaves no question without an answer", async (_, ending, why) => {
    const entry = thread(
      `${OPENED} port.on("message", ({ method }) => { if (method === "tidy") { ${ending} } });`,
    );
    const { store, failed } = await startStoreThread(entry, SETTINGS);
    const asked = Promise.allSettled([store.head(LOBBY), store.append([], 0), store.tidy(0)]);
    const sentence = `The storage thread has ended${why}`;
    const gone = { reason: { message: sentence, trouble: "gone" } };
    expect(await asked).toMatchObject([gone, gone, gone]);
    expect(await failed).toMatchObject({ message: sentence });
    await expect(store.head(LOBBY)).rejects.toThrow(sentence);
    await expect(store.close()).rejects.toThrow(sentence);
  });
});
