import type { KeySet } from "./key-set.ts";
import type { VerifyKey } from "./verify-key.ts";

/** The keys that may have signed a token, or the news that some of them cannot be had now. */
export type Found = readonly VerifyKey[] | "unavailable";

/**
 * All keys of one app: those that were written down, and those that are published somewhere. Nothing is shared
 * between two apps' keyrings, so that no name of a key means anything beyond its app.
 */
export class Keyring {
  readonly #keys: readonly VerifyKey[];
  readonly #sets: readonly KeySet[];
  readonly #byKid: ReadonlyMap<string, readonly VerifyKey[]>;
  /** For names that no key bears. */
  readonly #nameless: readonly VerifyKey[];

  constructor(keys: readonly VerifyKey[], sets: readonly KeySet[] = []) {
    this.#keys = keys;
    this.#sets = sets;
    this.#byKid = new Map(keys.flatMap((key) => (key.kid === undefined ? [] : [[key.kid, [key]] as const])));
    this.#nameless = keys.filter(({ kid }) => kid === undefined);
  }

  /** True when the name that a token gives its key makes a difference. */
  get readsKid(): boolean {
    return this.#byKid.size > 0 || this.#sets.length > 0;
  }

  /** The keys that were written down here. */
  get keys(): readonly VerifyKey[] {
    return this.#keys;
  }

  /** Whether a token that this key has verified would be verified now. */
  holds(fingerprint: string): boolean {
    return (
      this.#keys.some((key) => key.fingerprint === fingerprint) ||
      this.#sets.some((set) => set.holds(fingerprint))
    );
  }

  /**
   * The keys to try, in their order. A token that names its key is held against that one, or where no key has the
   * name against those that have none; one that names none is held against all that were written down.
   */
  find(kid: string | undefined): Found | Promise<Found> {
    if (kid === undefined) return this.#keys;
    const named = this.#byKid.get(kid);
    if (named) return named;
    return this.#sets.length === 0 ? this.#nameless : this.#findInSets(kid);
  }

  #findInSets(kid: string): Found | Promise<Found> {
    const answers = this.#sets.map((set) => set.find(kid));
    const ready = answers.flatMap((answer) => (answer instanceof Promise ? [] : [answer]));
    if (ready.length === answers.length) return this.#sum(ready);
    return Promise.all(answers.map(async (answer) => answer)).then((all) => this.#sum(all));
  }

  #sum(answers: readonly (VerifyKey | undefined | "unavailable")[]): Found {
    const keys = answers.filter((answer) => answer !== undefined && answer !== "unavailable");
    if (keys.length > 0) return keys;
    return answers.includes("unavailable") && this.#nameless.length === 0 ? "unavailable" : this.#nameless;
  }

  /** Asks for the keys that are published. */
  warm(): void {
    for (const set of this.#sets) set.warm();
  }

  /** Ends what is under way. */
  close(): void {
    for (const set of this.#sets) set.close();
  }
}
