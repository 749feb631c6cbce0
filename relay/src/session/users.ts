import type { Clock } from "../clock.ts";
import type { Census, ConnectionLimits, Counted } from "../engine/engine.ts";
import { Allowance, type Rates } from "./allowance.ts";

/** How much one user, and all users of an app together, may have and do. */
export interface UserLimits extends ConnectionLimits {
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
  id: string;
  /** The newest at the end. */
  places: Place[];
  allowance: Allowance;
  /** Until when the user is known to have all they may, on other relays too; by the monotonic clock. */
  fullUntil: number;
}

interface App {
  id: string;
  connections: number;
  /** The same for all users together. */
  fullUntil: number;
  /** As they held when somebody came in last. */
  limits: UserLimits;
  users: Map<string, User>;
}

/** How long what other relays have is believed before it is asked again. */
const FULL_MS = 1000;

/**
 * Who is connected, by app and user, and how much each has said lately. Who left is remembered until they would
 * have their whole allowance again, or a new connection would be a new allowance.
 *
 * Connections are counted here at once, and over all relays a moment later: what is too many then is ended.
 */
export class Users implements Counted {
  readonly #apps = new Map<string, App>();
  readonly #clock: Clock;
  readonly #census: Census;

  constructor(clock: Clock, census: Census) {
    this.#clock = clock;
    this.#census = census;
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

  /**
   * Takes in a connection of a user, or says whose limit is reached.
   *
   * @param onExcess ends the connection, should it turn out to be too many over all relays
   */
  enter(
    appId: string,
    userId: string,
    limits: UserLimits,
    onExcess: (limit: NoPlace) => void,
  ): Admission | NoPlace {
    const app = this.#appOf(appId, limits);
    const now = this.#clock.monotonic();
    if (app.connections >= limits.connectionsPerApp || now < app.fullUntil) return "app";
    const user = app.users.get(userId) ?? newUser(userId);
    if (user.places.length >= limits.connectionsPerUser || now < user.fullUntil) return "user";
    app.users.set(userId, user);
    app.connections++;
    const place = new Place(app, user, onExcess, this.#census);
    user.places.push(place);
    this.#census.changed(appId, userId);
    return place;
  }

  *connected(): Iterable<[app: string, user: string]> {
    for (const { id, users } of this.#apps.values()) {
      for (const user of users.values()) if (user.places.length > 0) yield [id, user.id];
    }
  }

  connectionsOf(app: string, user: string): number {
    return this.#apps.get(app)?.users.get(user)?.places.length ?? 0;
  }

  connectionsOfApp(app: string): number {
    return this.#apps.get(app)?.connections ?? 0;
  }

  limitsOf(app: string): ConnectionLimits | undefined {
    return this.#apps.get(app)?.limits;
  }

  /** The newest go: those who were here before have done nothing. */
  onExcess(appId: string, userId: string, excess: number, limit: NoPlace): void {
    const app = this.#apps.get(appId);
    const user = app?.users.get(userId);
    if (!app || !user) return;
    (limit === "app" ? app : user).fullUntil = this.#clock.monotonic() + FULL_MS;
    for (const place of user.places.slice(-excess)) place.end(limit);
  }

  /** What a user may still say who asks without a connection, over HTTP: the same as with one. */
  allowance(appId: string, userId: string, limits: UserLimits): Allowance {
    const { users } = this.#appOf(appId, limits);
    const user = users.get(userId) ?? newUser(userId);
    users.set(userId, user);
    return user.allowance;
  }

  /** Forgets those who left and have their whole allowance again; called now and then. */
  sweep(): void {
    const now = this.#clock.monotonic();
    for (const { users, limits } of this.#apps.values()) {
      for (const [id, { places, allowance }] of users) {
        if (places.length === 0 && allowance.isWhole(limits.rates, now)) users.delete(id);
      }
    }
  }

  #appOf(id: string, limits: UserLimits): App {
    let app = this.#apps.get(id);
    if (!app) this.#apps.set(id, (app = { id, connections: 0, fullUntil: 0, limits, users: new Map() }));
    app.limits = limits;
    return app;
  }
}

function newUser(id: string): User {
  return { id, places: [], allowance: new Allowance(), fullUntil: 0 };
}

/** A class, so that ten thousand of them share their method. */
class Place implements Admission {
  readonly #app: App;
  #user: User | undefined;
  readonly #onExcess: (limit: NoPlace) => void;
  readonly #census: Census;
  readonly allowance: Allowance;

  constructor(app: App, user: User, onExcess: (limit: NoPlace) => void, census: Census) {
    this.#app = app;
    this.#user = user;
    this.#onExcess = onExcess;
    this.#census = census;
    this.allowance = user.allowance;
  }

  leave(): void {
    const user = this.#user;
    if (!user) return;
    this.#app.connections--;
    user.places.splice(user.places.indexOf(this), 1);
    this.#user = undefined;
    this.#census.changed(this.#app.id, user.id);
  }

  /** Has the connection ended, for it is one too many. */
  end(limit: NoPlace): void {
    this.#onExcess(limit);
  }
}
