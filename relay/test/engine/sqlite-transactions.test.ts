import { beforeEach, expect, test } from "vitest";
import type { Connection } from "../../src/engine/sqlite/driver.ts";
import type { Statements } from "../../src/engine/sqlite/statements.ts";
import { StorageError, type Trouble } from "../../src/engine/sqlite/storage-error.ts";
import { Transactions } from "../../src/engine/sqlite/transactions.ts";

/** What was asked of the database, and what it answers with trouble. */
let asked: string[];
let trouble: Record<string, Trouble>;
let isInTransaction: boolean;
let busy: number;
let undone: number;
let transactions: Transactions;

function statement(name: string, then?: () => void): { run: () => number; get: () => { busy: number } } {
  const ask = (): void => {
    asked.push(name);
    const what = trouble[name];
    if (what !== undefined) throw new StorageError(what, `Trouble with ${name}.`);
    then?.();
  };
  return {
    run: () => {
      ask();
      return 0;
    },
    get: () => {
      ask();
      return { busy };
    },
  };
}

beforeEach(() => {
  asked = [];
  trouble = {};
  isInTransaction = false;
  busy = 0;
  undone = 0;
  const statements = {
    begin: statement("begin", () => (isInTransaction = true)),
    commit: statement("commit", () => (isInTransaction = false)),
    rollback: statement("rollback", () => (isInTransaction = false)),
    truncateWal: statement("cut"),
  } as unknown as Statements;
  const database = {
    get isInTransaction() {
      return isInTransaction;
    },
  } as Connection;
  transactions = new Transactions(database, statements, () => undone++);
});

test("work is done between begin and commit", () => {
  expect(transactions.run(() => asked.push("work"))).toBe(2);
  expect(asked).toEqual(["begin", "work", "commit"]);
  expect(undone).toBe(0);
});

test("work that failed is undone, and the next goes on", () => {
  expect(() =>
    transactions.run(() => {
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(asked).toEqual(["begin", "rollback"]);
  expect(undone).toBe(1);
  transactions.run(() => asked.push("work"));
  expect(asked.slice(2)).toEqual(["begin", "work", "commit"]);
});

test("what SQLite has undone by itself is not undone twice", () => {
  trouble = { commit: "full" };
  expect(() => transactions.run(() => (isInTransaction = false))).toThrow("Trouble with commit.");
  expect(asked).toEqual(["begin", "commit"]);
  expect(undone).toBe(1);
});

test("[P1] after an error of the disk, everything is moved out of the log and the log is cut, before anything is written", () => {
  trouble = { commit: "io" };
  expect(() => transactions.run(() => undefined)).toThrow("Trouble with commit.");
  asked = [];
  trouble = { cut: "io" };
  expect(() => transactions.run(() => asked.push("work"))).toThrow("Trouble with cut.");
  trouble = {};
  busy = 1;
  expect(() => transactions.run(() => asked.push("work"))).toThrow(
    "The write-ahead log is being read and cannot be cut.",
  );
  busy = 0;
  transactions.run(() => asked.push("work"));
  transactions.run(() => asked.push("work"));
  expect(asked).toEqual(["cut", "cut", "cut", "begin", "work", "commit", "begin", "work", "commit"]);
});

test("a transaction that cannot be ended is no reason to write on", () => {
  trouble = { rollback: "io" };
  expect(() =>
    transactions.run(() => {
      throw new Error("no");
    }),
  ).toThrow("no");
  trouble = {};
  asked = [];
  transactions.run(() => undefined);
  expect(asked).toEqual(["cut", "begin", "commit"]);
});
