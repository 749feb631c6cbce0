import type { RoomEvent, RoomName } from "@natter/sdk/protocol";
import {
  partsOfKey,
  type OutboxCounts,
  type Parcel,
  type RoomKey,
  type Route,
  type Waiting,
} from "../engine.ts";
import { readableEvent } from "./event-row.ts";
import type { Statements } from "./statements.ts";

/** What is to be told to those outside, in a table. All that writes is in a transaction of somebody else's. */
export class OutboxTable {
  readonly #statements: Statements;
  #routes: readonly Route[] = [];
  #byApp: ReadonlyMap<string, readonly Route[]> = new Map();
  /** How much waits; what is not here is counted when it is wanted. */
  readonly #waiting = new Map<string, number>();
  readonly #dropped = new Map<string, number>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** Puts other routes in place, and removes what waits for nobody any more. */
  route(routes: readonly Route[]): void {
    this.#routes = routes;
    const apps = new Set(routes.map(({ app }) => app));
    this.#byApp = new Map([...apps].map((app) => [app, routes.filter((route) => route.app === app)]));
    const kept = new Set(routes.map(({ to }) => to));
    for (const { receiver } of this.#statements.receivers.all()) {
      if (!kept.has(receiver)) this.#statements.dropReceiver.run(receiver);
    }
    for (const to of this.#dropped.keys()) if (!kept.has(to)) this.#dropped.delete(to);
    this.forget();
  }

  /** Notes an event for those who are told of such. */
  add(key: RoomKey, room: number, { kind, seq }: RoomEvent): void {
    if (this.#byApp.size === 0) return;
    for (const route of this.#byApp.get(partsOfKey(key).app) ?? [])
      if (route.kinds.includes(kind)) this.#put(route, room, seq, null);
  }

  /** Notes what is no event, unless nobody is there to be told. */
  note(to: string, room: number, note: string): void {
    const route = this.#routes.find((each) => each.to === to);
    if (route) this.#put(route, room, 0, note);
  }

  list(to: string, after: number, limit: number): Waiting[] {
    return this.#statements.parcels
      .all(to, after, limit)
      .map(({ id, name }) => ({ id, room: name as RoomName }));
  }

  open(number: number): Parcel | undefined {
    const row = this.#statements.parcel.get(number);
    if (!row) return undefined;
    const { id, room, seq, note, name, epoch } = row;
    const place = { id, room: name as RoomName, epoch };
    if (note !== null) return { ...place, note };
    const found = this.#statements.event.get(room, seq);
    const event = found && readableEvent(place.room, found);
    // The text of a message that was deleted since is gone, and nothing is left to tell.
    return event && !isErased(event) ? { ...place, event } : place;
  }

  settle(ids: readonly number[]): void {
    for (const id of ids) this.#statements.settleParcel.run(id);
    this.forget();
  }

  counts(to: string): OutboxCounts {
    return { waiting: this.#count(to), dropped: this.#dropped.get(to) ?? 0 };
  }

  /** A room is gone, and what was to be told of it. */
  dropRoom(room: number): void {
    this.#statements.dropParcelsOfRoom.run(room);
    this.forget();
  }

  /** Counts anew what waits: it may be another number than was thought. */
  forget(): void {
    this.#waiting.clear();
  }

  #put({ to, max }: Route, room: number, seq: number, note: string | null): void {
    const waiting = this.#count(to) + 1;
    this.#statements.addParcel.run(to, room, seq, note);
    if (waiting > max) {
      this.#statements.dropOldestParcel.run(to);
      this.#dropped.set(to, (this.#dropped.get(to) ?? 0) + 1);
    }
    this.#waiting.set(to, Math.min(waiting, max));
  }

  #count(to: string): number {
    const known = this.#waiting.get(to) ?? this.#statements.countParcels.get(to)?.waiting ?? 0;
    this.#waiting.set(to, known);
    return known;
  }
}

function isErased(event: RoomEvent): boolean {
  return (event.kind === "message" || event.kind === "edit") && event.text === "";
}
