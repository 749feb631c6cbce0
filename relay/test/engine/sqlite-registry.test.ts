import { describe, expect, test } from "vitest";
import { backUp } from "../../src/engine/sqlite/backup.ts";
import { MIN_ID_AGE_MS } from "../../src/engine/engine.ts";
import type { Store } from "../../src/engine/sqlite/store.ts";
import { author, draft, GARDEN, LOBBY, says } from "../contracts/harness.ts";
import { DataFolders, occurrences } from "./data-folders.ts";

const folders = new DataFolders();
const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const BY = { user: "root", address: "192.0.2.7" };
const FORGET = {
  app: "default",
  user: "ann",
  author: { id: "forgotten-1", name: "–" },
  by: author("root"),
  actor: BY,
};

/** Takes every step that there is, and tells how many that were. */
function forgetAll(store: Store): number {
  let steps = 0;
  while (store.forget(NOW)) steps++;
  return steps;
}

/** Lets the store do its chores until nothing is left. */
function tidyAll(store: Store, now = NOW): void {
  for (let step = 0; store.tidy(now); step++) if (step > 10_000) throw new Error("It never ends.");
}

function crowd(store: Store, count: number): void {
  const room = (at: number) => (at % 3 ? LOBBY : GARDEN);
  const drafts = Array.from({ length: count }, (_, at) =>
    says(`secret of ${at}`, at % 2 ? "ann" : "bob", { room: room(at) }),
  );
  for (let at = 0; at < count; at += 500) store.append(drafts.slice(at, at + 500), NOW);
}

function texts(store: Store, user: string): string[] {
  return [LOBBY, GARDEN]
    .flatMap((room) => store.page(room, 10_000, undefined, NOW).messages)
    .filter(({ by, text }) => by.id === user && text !== "")
    .map(({ text }) => text);
}

describe("[REG2] forgetting on disk", () => {
  test("goes on where it was when the relay was killed, and tells nothing twice", () => {
    const folder = folders.make();
    const first = folders.open(folder);
    crowd(first.store, 3000);
    first.store.beginForgetting(FORGET, NOW);
    const told: string[] = [];
    let last = first.store;
    let at = folder;
    for (let step = last.forget(NOW); step; step = last.forget(NOW)) {
      told.push(...step.rooms.flatMap(({ room, events }) => events.map((event) => `${room} ${event.seq}`)));
      if (step.isDone) break;
      // Killed after each step, and opened again.
      at = folders.killed(at);
      last = folders.open(at).store;
    }
    expect(told).toHaveLength(1500);
    expect(new Set(told).size).toBe(1500);
    expect(texts(last, "ann")).toEqual([]);
    expect(texts(last, "bob")).toHaveLength(1500);
    expect(last.forget(NOW)).toBeUndefined();
    expect(last.audit("default", 10, 1000, NOW)).toHaveLength(1);
  });

  test("takes steps that others can come between", () => {
    const { store } = folders.open(folders.make());
    crowd(store, 3000);
    store.beginForgetting(FORGET, NOW);
    expect(store.forget(NOW)?.isDone).toBe(false);
    store.append([says("secret in between", "ann"), says("bob's", "bob", { room: GARDEN })], NOW);
    expect(forgetAll(store)).toBeGreaterThan(5);
    expect(texts(store, "ann")).toEqual([]);
    expect(texts(store, "bob")).toHaveLength(1501);
  });

  test("leaves nothing of their words and name in any file, once it was compacted", () => {
    const folder = folders.make();
    const { store, close } = folders.open(folder);
    const ann = { id: "ann", name: "Annabel Lee", picture: "https://example.org/annabel.png" };
    const words = { kind: "message", text: "nevermore-1", data: { raven: "nevermore-2" } } as const;
    store.append([{ ...draft(words), by: ann }, says("b", "bob")], NOW);
    store.append([{ ...draft({ kind: "edit", target: 1, text: "nevermore-3" }), by: ann }], NOW);
    store.append([{ ...draft({ kind: "reaction", target: 2, emoji: "👍", on: true }), by: ann }], NOW);
    crowd(store, 600);
    expect(occurrences(folder, "nevermore")).toBeGreaterThan(0);
    store.beginForgetting(FORGET, NOW);
    forgetAll(store);
    tidyAll(store, NOW + 2 * MINUTE);
    for (const text of ["nevermore", "Annabel", "annabel.png"])
      expect(occurrences(folder, text), text).toBe(0);
    close();
    for (const text of ["nevermore", "Annabel"]) expect(occurrences(folder, text), text).toBe(0);
    // What the audit keeps, and nothing else, knows the id.
    expect(occurrences(folder, '"ann"')).toBe(1);
  });

  test("takes ids with it that were kept for longer than their events", () => {
    const { store } = folders.open(folders.make(), { retention: { count: 10, ageMs: MIN_ID_AGE_MS } });
    store.append(
      Array.from({ length: 50 }, (_, at) => says(`${at}`, "ann", { id: `id-${at}` })),
      NOW,
    );
    tidyAll(store);
    expect(store.find(LOBBY, "ann", "id-3", NOW)).toBeDefined();
    store.beginForgetting(FORGET, NOW);
    forgetAll(store);
    expect(store.find(LOBBY, "ann", "id-3", NOW)).toBeUndefined();
    expect(store.find(LOBBY, "ann", "id-45", NOW)).toBeUndefined();
  });
});

describe("[REG1] a deleted room on disk", () => {
  test("stays deleted when the relay is killed in the same moment, and its words leave the file", () => {
    const folder = folders.make();
    const { store } = folders.open(folder);
    crowd(store, 3000);
    const before = store.head(LOBBY);
    const epoch = store.drop(LOBBY, BY, NOW);
    const copy = folders.killed(folder);
    const { store: again, notes } = folders.open(copy);
    expect(notes).toEqual([]);
    expect(again.head(LOBBY)).toMatchObject({ epoch, seq: 0 });
    expect(again.after(LOBBY, before.epoch, before.seq, 10, NOW)).toEqual({ ok: false });
    tidyAll(again, NOW + 2 * MINUTE);
    // A secret of an even number is bob's; every third is of the garden, which stays.
    expect(occurrences(copy, '"secret of 1"')).toBe(0);
    expect(occurrences(copy, '"secret of 3"')).toBe(1);
    expect(again.page(GARDEN, 10_000, undefined, NOW).messages).toHaveLength(1000);
  });

  test("does not get its number back, so that no row of the old log is the new one's", () => {
    const { store } = folders.open(folders.make());
    for (let each = 0; each < 3; each++) {
      store.append([says("old", "ann", { id: `x${each}` })], NOW);
      store.append([draft({ kind: "moderation", action: "ban", user: "bob" })], NOW);
      store.drop(LOBBY, BY, NOW);
      expect(store.head(LOBBY)).toMatchObject({ seq: 0, restrictions: new Map() });
      expect(store.page(LOBBY, 10, undefined, NOW).messages).toEqual([]);
    }
    store.append([says("new")], NOW);
    tidyAll(store);
    expect(store.page(LOBBY, 10, undefined, NOW).messages).toMatchObject([{ seq: 1, text: "new" }]);
  });

  test("is not in a backup, also while its rows are still in the file", () => {
    const folder = folders.make();
    const { store } = folders.open(folder);
    crowd(store, 900);
    store.drop(LOBBY, BY, NOW);
    const target = `${folders.make()}/copy.db`;
    expect(backUp(folder, target)).toMatchObject({ rooms: 1, events: 300 });
    expect(occurrences(target.slice(0, -"/copy.db".length), '"secret of 1"')).toBe(0);
  });
});

describe("[AUD1] the audit on disk", () => {
  test("outlives the relay, and leaves the file when it is old", () => {
    const folder = folders.make();
    const day = 86_400_000;
    const { store } = folders.open(folder, { auditAgeMs: 30 * day });
    for (let at = 0; at < 500; at++) store.record("default", { action: "revoke", by: "old", user: "u" }, NOW);
    store.record("default", { action: "kick", by: "young", user: "u" }, NOW + 20 * day);
    const { store: again } = folders.open(folders.killed(folder), { auditAgeMs: 30 * day });
    expect(again.audit("default", 1000, 1e9, NOW + 20 * day)).toHaveLength(501);
    expect(again.audit("default", 1000, 1e9, NOW + 40 * day)).toMatchObject([{ id: 501, by: "young" }]);
    tidyAll(store, NOW + 40 * day);
    tidyAll(store, NOW + 40 * day + 2 * MINUTE);
    expect(occurrences(folder, '"old"')).toBe(0);
    expect(occurrences(folder, '"young"')).toBe(1);
  });
});
