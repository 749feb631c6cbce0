import type { RoomEvent } from "@natter/sdk/protocol";
import {
  partsOfKey,
  type Bus,
  type Outbox,
  type OutboxCounts,
  type Parcel,
  type RoomItem,
  type RoomKey,
  type Route,
  type Waiting,
} from "../engine.ts";

interface Box {
  route: Route;
  parcels: Map<number, Parcel & { key: RoomKey }>;
  dropped: number;
}

/** What is to be told, in memory: it hears of events as the rooms do. */
export class MemoryOutbox implements Outbox {
  readonly #boxes = new Map<string, Box>();
  readonly #bus: Bus;
  readonly #epochOf: (room: RoomKey) => string;
  #stop: (() => void) | undefined;
  #last = 0;

  /** @param epochOf the life of a room's log at this moment */
  constructor(bus: Bus, epochOf: (room: RoomKey) => string) {
    this.#bus = bus;
    this.#epochOf = epochOf;
  }

  route(routes: readonly Route[]): Promise<void> {
    const kept = new Set(routes.map(({ to }) => to));
    for (const to of this.#boxes.keys()) if (!kept.has(to)) this.#boxes.delete(to);
    for (const route of routes) {
      const box = this.#boxes.get(route.to);
      if (box) box.route = route;
      else this.#boxes.set(route.to, { route, parcels: new Map(), dropped: 0 });
    }
    if (routes.length > 0) this.#stop ??= this.#bus.tap((room, item) => this.#onItem(room, item));
    else {
      this.#stop?.();
      this.#stop = undefined;
    }
    return Promise.resolve();
  }

  note(to: string, key: RoomKey, note: string): Promise<void> {
    const box = this.#boxes.get(to);
    if (box) this.#put(box, key, { epoch: this.#epochOf(key), note });
    return Promise.resolve();
  }

  list(to: string, after: number, limit: number): Promise<Waiting[]> {
    const waiting = [...(this.#boxes.get(to)?.parcels.values() ?? [])].filter(({ id }) => id > after);
    return Promise.resolve(waiting.slice(0, limit).map(({ id, room }) => ({ id, room })));
  }

  open(id: number): Promise<Parcel | undefined> {
    for (const { parcels } of this.#boxes.values()) {
      const found = parcels.get(id);
      if (!found) continue;
      const { key: _, ...parcel } = found;
      return Promise.resolve(parcel);
    }
    return Promise.resolve(undefined);
  }

  settle(ids: readonly number[]): Promise<void> {
    for (const { parcels } of this.#boxes.values()) for (const id of ids) parcels.delete(id);
    return Promise.resolve();
  }

  counts(to: string): Promise<OutboxCounts> {
    const { parcels, dropped = 0 } = this.#boxes.get(to) ?? {};
    return Promise.resolve({ waiting: parcels?.size ?? 0, dropped });
  }

  claim(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  /** There is no other relay to hear of. */
  watch(): () => void {
    return () => {};
  }

  #onItem(key: RoomKey, item: RoomItem): void {
    if (item.type === "closed") return this.#forgetRoom(key);
    if (item.type !== "event") return;
    const { event, epoch } = item;
    const { app } = partsOfKey(key);
    for (const box of this.#boxes.values()) {
      if (event.kind === "delete" && box.route.app === app) eraseIn(box, key, event.target);
      if (box.route.app === app && box.route.kinds.includes(event.kind))
        this.#put(box, key, { epoch, event });
    }
  }

  #put(box: Box, key: RoomKey, what: Pick<Parcel, "epoch" | "event" | "note">): void {
    const id = ++this.#last;
    box.parcels.set(id, { id, key, room: partsOfKey(key).room, ...what });
    if (box.parcels.size <= box.route.max) return;
    const [oldest] = box.parcels.keys();
    if (oldest !== undefined) box.parcels.delete(oldest);
    box.dropped++;
  }

  #forgetRoom(key: RoomKey): void {
    for (const { parcels } of this.#boxes.values()) {
      for (const [id, parcel] of parcels) if (parcel.key === key) parcels.delete(id);
    }
  }
}

/** What was erased is told to nobody later. */
function eraseIn({ parcels }: Box, key: RoomKey, target: number): void {
  for (const parcel of parcels.values()) {
    if (parcel.key === key && parcel.event && concerns(parcel.event, target)) delete parcel.event;
  }
}

function concerns(event: RoomEvent, target: number): boolean {
  return event.kind === "message" ? event.seq === target : event.kind === "edit" && event.target === target;
}
