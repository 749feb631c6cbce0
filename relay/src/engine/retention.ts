/** How much of a room a log keeps. What is beyond either bound is told to nobody, whenever it is removed. */
export interface Bounds {
  /** Events of a room at most. */
  count: number;
  /** Milliseconds an event is kept at most. */
  ageMs: number;
}

/** How much of each room a log keeps. */
export interface Retention extends Bounds {
  /** For the rooms of the apps that keep more or less than that. */
  apps?: Readonly<Record<string, Bounds>>;
}

/** Retention as it holds now: it may change while a log is open. */
export class Retentions {
  #default: Bounds;
  #apps: ReadonlyMap<string, Bounds>;

  constructor(retention: Retention) {
    this.#default = retention;
    this.#apps = appsOf(retention);
  }

  /** What holds for the rooms of an app. */
  of(app: string): Bounds {
    return this.#apps.get(app) ?? this.#default;
  }

  /** The least that any app keeps: a room within these bounds has nothing to remove, whose ever it is. */
  get least(): Bounds {
    const all = [this.#default, ...this.#apps.values()];
    return {
      count: Math.min(...all.map(({ count }) => count)),
      ageMs: Math.min(...all.map(({ ageMs }) => ageMs)),
    };
  }

  change(retention: Retention): void {
    this.#default = retention;
    this.#apps = appsOf(retention);
  }
}

function appsOf({ apps = {} }: Retention): ReadonlyMap<string, Bounds> {
  return new Map(Object.entries(apps));
}
