/**
 * What kept the storage from doing something.
 *
 * - `full`: there is no space; it heals by itself when there is.
 * - `io`: the disk could not read or write; tried again at the next chance.
 * - `damaged`: the file holds what no relay has written; nothing of it is told any more.
 * - `spoiled`: one row is not what was written there; it is not told, everything else is.
 * - `busy`: another program holds the file for longer than we wait.
 * - `refused`: the file or its folder cannot be used as it is; somebody has to change something.
 * - `gone`: the thread that owns the file has ended.
 */
export type Trouble = "full" | "io" | "damaged" | "spoiled" | "busy" | "refused" | "gone";

/** Thrown when the storage cannot do what it was asked; the message is a sentence for the operator. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly trouble: Trouble;

  constructor(trouble: Trouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}
