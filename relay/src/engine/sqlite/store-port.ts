import { StorageError, type Trouble } from "./storage-error.ts";
import type { Store } from "./store.ts";

/** What a store can be asked. */
export type StoreCalls = Pick<
  Store,
  | "append"
  | "head"
  | "after"
  | "page"
  | "find"
  | "marker"
  | "mark"
  | "revoke"
  | "revocations"
  | "retain"
  | "rooms"
  | "drop"
  | "beginForgetting"
  | "forget"
  | "record"
  | "audit"
  | "route"
  | "note"
  | "waiting"
  | "parcel"
  | "settle"
  | "outboxCounts"
  | "tidy"
  | "close"
>;

export type StoreMethod = keyof StoreCalls;

/** A store that answers later, wherever it runs. */
export type AsyncStore = {
  [M in StoreMethod]: (...args: Parameters<StoreCalls[M]>) => Promise<ReturnType<StoreCalls[M]>>;
};

/** A store that is open somewhere, and how it was found. */
export interface StoreHost {
  store: AsyncStore;
  /** What the operator should know. */
  notes: string[];
  /** Settles with the reason when the store has ended without being asked to. */
  failed: Promise<Error>;
}

/** A store whose every call is a question to somebody. */
export function storeOf(ask: (method: StoreMethod, args: unknown[]) => Promise<unknown>): AsyncStore {
  const asking = <M extends StoreMethod>(method: M): AsyncStore[M] =>
    ((...args: unknown[]) => ask(method, args)) as AsyncStore[M];
  return {
    append: asking("append"),
    head: asking("head"),
    after: asking("after"),
    page: asking("page"),
    find: asking("find"),
    marker: asking("marker"),
    mark: asking("mark"),
    revoke: asking("revoke"),
    revocations: asking("revocations"),
    retain: asking("retain"),
    rooms: asking("rooms"),
    drop: asking("drop"),
    beginForgetting: asking("beginForgetting"),
    forget: asking("forget"),
    record: asking("record"),
    audit: asking("audit"),
    route: asking("route"),
    note: asking("note"),
    waiting: asking("waiting"),
    parcel: asking("parcel"),
    settle: asking("settle"),
    outboxCounts: asking("outboxCounts"),
    tidy: asking("tidy"),
    close: asking("close"),
  };
}

/** A question to a store in another thread. */
export interface StoreRequest {
  ref: number;
  method: StoreMethod;
  args: unknown[];
}

/** An error on its way between threads, where it would lose its class. */
export interface CarriedError {
  message: string;
  /** Absent for a fault of our own. */
  trouble?: Trouble;
  stack?: string | undefined;
}

/** Takes an error apart, to be put together in another thread. */
export function carry(error: unknown): CarriedError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  return { message, stack, ...(error instanceof StorageError && { trouble: error.trouble }) };
}

/** Puts an error together that came from another thread. */
export function uncarry({ message, trouble, stack }: CarriedError): Error {
  const error = trouble === undefined ? new Error(message) : new StorageError(trouble, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** What the thread says: once how it started, then one answer to each request. */
export type StoreReply =
  | { type: "opened"; notes: string[] }
  | { type: "refused"; error: CarriedError }
  | { type: "done"; ref: number; value: unknown }
  | { type: "failed"; ref: number; error: CarriedError };
