/** How somebody came to the relay, as far as it decides about them. */
export interface Approach {
  /** The page that a browser came from; absent for other programs. */
  readonly origin?: string;
  /** The name by which the relay was called. */
  readonly host?: string;
  /** The app that the address names (`?app=`). */
  readonly app?: string;
}

/** Somebody who came from nowhere in particular. */
export const DIRECT: Approach = {};

/** Approaches that are remembered. */
const REMEMBERED = 1000;

/**
 * Gives all who come the same way one object: ten thousand connections come from a handful of pages, and what a
 * connection holds on to, it holds for hours.
 */
export class Approaches {
  readonly #known = new Map<string, Approach>();

  of(origin: string | undefined, host: string | undefined, app: string | undefined): Approach {
    // Headers have no line feeds, and what stands last may have any.
    const key = `${given(origin)}\n${given(host)}\n${given(app)}`;
    const known = this.#known.get(key);
    if (known) return known;
    // Copies, for a part of a text keeps all of it.
    const approach = {
      ...(origin !== undefined && { origin: copyOf(origin) }),
      ...(host !== undefined && { host: copyOf(host) }),
      ...(app !== undefined && { app: copyOf(app) }),
    };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, approach);
    return approach;
  }
}

function given(part: string | undefined): string {
  return part === undefined ? "" : `=${part}`;
}

function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
