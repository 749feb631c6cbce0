import { randomUUID } from "node:crypto";
import type { App } from "../apps/app.ts";
import type { Clock } from "../clock.ts";
import { partsOfKey, type Engine, type RoomKey } from "../engine/engine.ts";
import { within } from "../hooks/within.ts";
import type { Log } from "../telemetry/log.ts";
import { Courier } from "./courier.ts";
import { Delivery, type WebhookState } from "./delivery.ts";
import { kindsOf } from "./event-types.ts";
import type { Note } from "./payload.ts";
import { AskedWebhooks } from "./services.ts";
import { makeWebhook, type Webhook } from "./webhook.ts";

/** What may wait for one webhook; beyond that the oldest is given up. */
const MAX_WAITING = 10_000;

export interface WebhooksParts {
  engine: Pick<Engine, "outbox" | "bus" | "presence">;
  clock: Clock;
  log: Log;
  courier?: Pick<Courier, "carry" | "close">;
  chance?: () => number;
}

/** The webhooks of all apps. It listens to nothing as long as there are none. */
export class Webhooks {
  /** Those that are asked before something happens. */
  readonly asked: AskedWebhooks;
  readonly #parts: WebhooksParts;
  readonly #courier: Pick<Courier, "carry" | "close">;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #stirred = new Set<string>();
  #stopOccupancy: (() => void) | undefined;
  #stopTap: (() => void) | undefined;
  #stopWatch: (() => void) | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
    this.#courier = parts.courier ?? new Courier();
    this.asked = new AskedWebhooks(this.#courier, parts.clock);
  }

  /** Puts the webhooks of these apps in place of those before. What waits for those that stay is told on. */
  update(apps: readonly App[]): Promise<void> {
    const webhooks = apps.flatMap(({ id, policy }) => policy.webhooks.map((each) => makeWebhook(id, each)));
    this.asked.update(webhooks);
    const told = webhooks.filter(({ events }) => events.length > 0);
    // The rest of a relay goes on without them.
    return this.#inTurn(() => this.#deliver(told)).catch((error: unknown) =>
      this.#parts.log.error({ err: error }, "The webhooks could not be put in place; reload to try again."),
    );
  }

  /** How each webhook that is told something is doing. */
  states(): Promise<WebhookState[]> {
    return Promise.all([...this.#deliveries.values()].map((delivery) => delivery.state()));
  }

  /** Begins nothing more; what is under way has so long to end. The rest is told after the next start. */
  async close(withinMs: number): Promise<void> {
    this.#isClosed = true;
    this.#unlisten();
    this.#unwatch();
    await this.#turn;
    const ended = Promise.all([...this.#deliveries.values()].map((delivery) => delivery.close()));
    await within(this.#parts.clock, Math.max(withinMs, 1), () => ended);
    this.#courier.close();
    await ended;
  }

  /** Reloads come one after the other, each in steps. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #deliver(webhooks: readonly Webhook[]): Promise<void> {
    const { outbox } = this.#parts.engine;
    const kept = new Set(webhooks.map(({ id }) => id));
    const gone = [...this.#deliveries.entries()].filter(([id, delivery]) => !kept.has(id) || delivery.isDead);
    for (const [id, delivery] of gone) {
      this.#deliveries.delete(id);
      void delivery.close();
    }
    if (this.#isClosed || (webhooks.length === 0 && gone.length === 0 && this.#stopTap === undefined)) {
      // Also what waits for the webhooks of another day.
      return outbox.route([]);
    }
    const placed = webhooks.flatMap((webhook) => this.#place(webhook) ?? []);
    await this.#route();
    this.#listen(webhooks);
    for (const delivery of this.#deliveries.values()) delivery.wake();
    for (const delivery of placed) delivery.start();
  }

  /** Returns a delivery that is new. */
  #place(webhook: Webhook): Delivery | undefined {
    const known = this.#deliveries.get(webhook.id);
    if (known) {
      known.webhook = webhook;
      return undefined;
    }
    const { clock, log, chance = Math.random, engine } = this.#parts;
    const delivery = new Delivery({
      webhook,
      outbox: engine.outbox,
      courier: this.#courier,
      clock,
      log,
      chance,
      onDead: () => {
        void this.#inTurn(() => this.#route()).catch((error: unknown) =>
          log.error(
            { err: error, app: webhook.app },
            "What waits for a webhook that was given up could not be dropped.",
          ),
        );
      },
    });
    this.#deliveries.set(webhook.id, delivery);
    return delivery;
  }

  /** What is dead costs nothing: nothing is kept for it. */
  #route(): Promise<void> {
    const living = [...this.#deliveries.values()].filter(({ isDead }) => !isDead);
    return this.#parts.engine.outbox.route(
      living.map(({ webhook: { id, app, events } }) => ({
        to: id,
        app,
        kinds: kindsOf(events),
        max: MAX_WAITING,
      })),
    );
  }

  #listen(webhooks: readonly Webhook[]): void {
    const { bus, outbox, presence } = this.#parts.engine;
    const watchesRooms = webhooks.some(({ events }) =>
      events.some((event) => event.startsWith("room.") && event !== "room.configured"),
    );
    if (webhooks.length === 0) this.#unlisten();
    else {
      this.#stopTap ??= bus.tap((room, item) => {
        if (item.type === "event") this.#stir(room);
      });
      this.#stopWatch ??= outbox.watch((to) => this.#deliveries.get(to)?.wake());
    }
    if (!watchesRooms) this.#unwatch();
    else this.#stopOccupancy ??= presence.watch((room, isOccupied) => this.#noteRoom(room, isOccupied));
  }

  #unlisten(): void {
    this.#stopTap?.();
    this.#stopTap = undefined;
    this.#stopWatch?.();
    this.#stopWatch = undefined;
  }

  #unwatch(): void {
    this.#stopOccupancy?.();
    this.#stopOccupancy = undefined;
  }

  /** The outbox may hear of an event after us. */
  #stir(room: RoomKey): void {
    const { app } = partsOfKey(room);
    if (this.#stirred.size === 0) this.#parts.clock.soon(() => this.#wakeStirred());
    this.#stirred.add(app);
  }

  #wakeStirred(): void {
    for (const delivery of this.#deliveries.values()) {
      if (this.#stirred.has(delivery.webhook.app)) delivery.wake();
    }
    this.#stirred.clear();
  }

  #noteRoom(room: RoomKey, isOccupied: boolean): void {
    const { engine, clock, log } = this.#parts;
    const { app } = partsOfKey(room);
    const type = isOccupied ? "room.occupied" : "room.vacated";
    const note: Note = { id: randomUUID(), type, at: clock.now() };
    for (const delivery of this.#deliveries.values()) {
      const { id, app: its, events } = delivery.webhook;
      if (its !== app || delivery.isDead || !events.includes(note.type)) continue;
      engine.outbox.note(id, room, JSON.stringify(note)).then(
        () => delivery.wake(),
        (error: unknown) =>
          log.error({ err: error, app }, "That a room has filled or emptied could not be noted."),
      );
    }
  }
}
