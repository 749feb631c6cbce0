import type { Clock } from "../clock.ts";
import { Allowance, type Rates } from "./allowance.ts";

/** How much one user, and all users of an app together, may have and do. */
export interface UserLimits {
  /** Connections of one user. */
  connectionsPerUser: number;
  /** Connections of one app that have said hello. */
  connectionsPerApp: number;
  /** What the connections of one user may say together. */
  rates: Rates;
}

/** A user's place among those who are connected. */
export interface Admission {
  /** What this user may say, over all connections. */
  readonly allowance: Allowance;
  /** Gives the place up. Calling it twice is harmless. */
  leave(): void;
}

/** Why there is no place. */
export type NoPlace = "user" | "app";

interface User {
  connections: number;
  allowance: Allowance;
}

interface App {
  connections: number;
  /** As they held when somebody came in last. */
  limits: UserLimits;
  users: Map<string, User>;
}

/**
 * Who is connected, by app and user, and how much each has said lately. Who left is remembered until they would
 * have their whole allowance again, or a new connection would be a new allowance.
 */
export class Users {
  readonly #apps = new Map<string, App>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Users remembered, those who left included. */
  get size(): number {
    let size = 0;
    for (const { users } of this.#apps.values()) size += users.size;
    return size;
  }

  /** Connections of each app. */
  *connections(): Iterable<[string, number]> {
    for (const [id, { connections }] of this.#apps) yield [id, connections];
  }

  /** Connections of one app. */
  connectionsOf(appId: string): number {
    return this.#apps.get(appId)?.connections ?? 0;
  }

  /** Takes in a connection of a user, or says whose limit is reached. */
  enter(appId: string, userId: string, limits: UserLimits): Admission | NoPlace {
    const app = this.#appOf(appId, limits);
    if (app.connections >= limits.connectionsPerApp) return "app";
    const user = app.users.get(userId) ?? this.#newUser();
    if (user.connections >= limits.connectionsPerUser) return "user";
    app.users.set(userId, user);
    app.connections++;
    user.connections++;
    return new Place(app, user);
  }

  /** What a user may still say who asks without a connection, over HTTP: the same as with one. */
  allowance(appId: string, userId: string, limits: UserLimits): Allowance {
    const { users } = this.#appOf(appId, limits);
    const user = users.get(userId) ?? this.#newUser();
    users.set(userId, user);
    return user.allowance;
  }

  /** Forgets those who left and have their whole allowance again; called now and then. */
  sweep(): void {
    const now = this.#clock.monotonic();
    for (const { users, limits } of this.#apps.values()) {
      for (const [id, { connections, allowance }] of users) {
        if (connections === 0 && allowance.isWhole(limits.rates, now)) users.delete(id);
      }
    }
  }

  #appOf(id: string, limits: UserLimits): App {
    let app = this.#apps.get(id);
    if (!app) this.#apps.set(id, (app = { connections: 0, limits, users: new Map() }));
    app.limits = limits;
    return app;
  }

  #newUser(): User {
    return { connections: 0, allowance: new Allowance() };
  }
}

/** A class, so that ten thousand of them share their method. */
class Place implements Admission {
  readonly #app: App;
  #user: User | undefined;
  readonly allowance: Allowance;

  constructor(app: App, user: User) {
    this.#app = app;
    this.#user = user;
    this.allowance = user.allowance;
  }

  leave(): void {
    if (!this.#user) return;
    this.#app.connections--;
    this.#user.connections--;
    this.#user = undefined;
  }
}
