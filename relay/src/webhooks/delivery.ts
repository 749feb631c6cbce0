import type { RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../clock.ts";
import type { Outbox, Waiting } from "../engine/engine.ts";
import type { Log } from "../telemetry/log.ts";
import { retryAfterMs } from "./backoff.ts";
import type { Courier, Receipt } from "./courier.ts";
import { payloadOf, type Payload } from "./payload.ts";
import { Turn } from "./turn.ts";
import { letterTo, shownUrl, type Webhook } from "./webhook.ts";

/** How a webhook is doing. */
export interface WebhookState {
  app: string;
  /** Without its query, which may hold a secret. */
  url: string;
  /**
   * `dead`: it was given up, and is told nothing until the settings are read anew or the relay is started again.
   * `standby`: another relay tells it.
   */
  state: "working" | "failing" | "dead" | "standby";
  /** What was told and taken since the relay was started, and attempts that failed. */
  delivered: number;
  failed: number;
  /** Of the attempts that failed, those that got no answer at all. */
  unanswered: number;
  /** What was given up: too old, or too much. */
  dropped: number;
  /** Of that, what was too old: not taken for a day. */
  skipped: number;
  waiting: number;
  /** When the oldest that waits happened, in ms since 1970. */
  waitingSince?: number;
  /** Since when nothing has got through, in ms since 1970, and why not. */
  failingSince?: number;
  reason?: string;
}

/** Rooms that are told of at the same time. */
const AT_ONCE = 8;

/** Failures in a row, of whichever rooms, after which it is the endpoint that is down: one attempt at a time. */
const DOWN_AFTER = 3;

/** How old may be what is still told. What holds up a room longer than that is skipped. */
const MAX_AGE_MS = 86_400_000;

/** How long an endpoint may be down. */
const GIVE_UP_MS = 3 * 86_400_000;

/** What is listed at once. */
const LISTED = 500;

/** One room's parcels, told one after the other. */
interface Lane {
  ids: number[];
  failures: number;
  /** By the monotonic clock. */
  readyAt: number;
  isBusy: boolean;
}

export interface DeliveryParts {
  webhook: Webhook;
  outbox: Outbox;
  courier: Pick<Courier, "carry">;
  clock: Clock;
  log: Log;
  /** From 0 to 1. */
  chance: () => number;
  /** Told when it is given up. */
  onDead: () => void;
}

/**
 * Tells one webhook what waits for it: the events of a room one after the other, each until it was taken, rooms beside
 * each other. What was taken leaves the outbox; whatever happens in between is told once more.
 */
export class Delivery {
  webhook: Webhook;
  readonly #parts: DeliveryParts;
  readonly #lanes = new Map<RoomName, Lane>();
  #listed = 0;
  #listing: "idle" | "listing" | "again" = "idle";
  #reading: Promise<void> = Promise.resolve();
  readonly #underway = new Set<Promise<void>>();
  readonly #told: number[] = [];
  #settling: Promise<void> | undefined;
  #failures = 0;
  #down: { since: number; reason: string } | undefined;
  #resumeAt = -Infinity;
  #timer: (() => void) | undefined;
  #mode: "standby" | "open" | "closed" | "dead" = "standby";
  readonly #turn: Turn;
  readonly #counts = { delivered: 0, failed: 0, unanswered: 0, skipped: 0 };

  constructor(parts: DeliveryParts) {
    this.webhook = parts.webhook;
    this.#parts = parts;
    const { outbox, clock, chance } = parts;
    this.#turn = new Turn({
      ask: () => outbox.claim(this.webhook.id),
      clock,
      chance,
      onHeld: () => this.#onTurn(),
      onLost: () => this.#rest(),
    });
  }

  /** Tells what waits whenever it is this relay's turn. One that was given up keeps its turn: no other tries either. */
  start(): void {
    this.#turn.start();
  }

  get isDead(): boolean {
    return this.#mode === "dead";
  }

  async state(): Promise<WebhookState> {
    const { waiting, dropped } = await this.#parts.outbox.counts(this.webhook.id);
    const { skipped, ...counts } = this.#counts;
    const waitingSince = await this.#oldest();
    return {
      app: this.webhook.app,
      url: shownUrl(this.webhook),
      state: this.#state(),
      ...counts,
      dropped: dropped + skipped,
      skipped,
      waiting,
      ...(waitingSince !== undefined && { waitingSince }),
      ...(this.#down && { failingSince: this.#down.since, reason: this.#down.reason }),
    };
  }

  /** There may be something to tell. */
  wake(): void {
    if (this.#mode !== "open") return;
    if (this.#listing !== "idle") this.#listing = "again";
    else this.#reading = this.#list();
  }

  /** Begins nothing more, and resolves when what is under way has ended. */
  async close(): Promise<void> {
    if (!this.isDead) this.#mode = "closed";
    this.#turn.stop();
    this.#timer?.();
    await Promise.all(this.#underway);
    await this.#settling;
    await this.#settle();
  }

  #state(): WebhookState["state"] {
    if (this.isDead) return "dead";
    if (this.#mode === "standby") return "standby";
    return this.#down ? "failing" : "working";
  }

  /** When what has waited longest happened; ids grow, and each room's first is its oldest. */
  async #oldest(): Promise<number | undefined> {
    const firsts = [...this.#lanes.values()].flatMap(({ ids: [first] }) => first ?? []);
    if (firsts.length === 0) return undefined;
    const oldest = firsts.reduce((least, id) => Math.min(least, id));
    const parcel = await this.#parts.outbox.open(oldest).catch(() => undefined);
    return parcel && payloadOf(this.webhook.app, parcel)?.at;
  }

  #onTurn(): void {
    if (this.#mode === "standby") void this.#takeOver();
    else this.wake();
  }

  /** Begins with what waits, whatever this relay thought of it when it had the turn before. */
  async #takeOver(): Promise<void> {
    await Promise.all([this.#reading, ...this.#underway]);
    await this.#settle();
    if (this.#mode !== "standby" || !this.#turn.isOurs) return;
    this.#lanes.clear();
    this.#listed = 0;
    this.#mode = "open";
    this.wake();
  }

  /** Another tells from now on. What is under way ends by itself, and is told once more by the other. */
  #rest(): void {
    if (this.#mode === "open") this.#mode = "standby";
    this.#timer?.();
  }

  async #list(): Promise<void> {
    const { outbox, log } = this.#parts;
    do {
      this.#listing = "listing";
      try {
        const found = await outbox.list(this.webhook.id, this.#listed, LISTED);
        if (this.#mode !== "open") break;
        for (const each of found) this.#take(each);
        if (found.length === LISTED) this.#listing = "again";
      } catch (error) {
        log.error({ err: error, app: this.webhook.app }, "What a webhook is to be told could not be read.");
        this.#parts.clock.after(retryAfterMs(2, this.#parts.chance()), () => this.wake());
      }
      this.#pump();
    } while (this.#isAskedAgain());
    this.#listing = "idle";
  }

  #isAskedAgain(): boolean {
    return this.#mode === "open" && this.#listing === "again";
  }

  #take({ id, room }: Waiting): void {
    this.#listed = id;
    const lane = this.#lanes.get(room);
    if (lane) lane.ids.push(id);
    else this.#lanes.set(room, { ids: [id], failures: 0, readyAt: -Infinity, isBusy: false });
  }

  get #isDown(): boolean {
    return this.#failures >= DOWN_AFTER;
  }

  /** Begins what can begin now, and comes back when there is more. */
  #pump(): void {
    if (this.#mode !== "open" || !this.#turn.isOurs) return;
    const now = this.#parts.clock.monotonic();
    let wakeAt = this.#isDown ? this.#resumeAt : Infinity;
    if (this.#isDown && now < this.#resumeAt) return this.#wakeIn(this.#resumeAt - now, () => this.#pump());
    for (const [room, lane] of this.#lanes) {
      if (this.#underway.size >= (this.#isDown ? 1 : AT_ONCE)) return;
      if (lane.isBusy) continue;
      if (this.#isDown || lane.readyAt <= now) this.#begin(room, lane);
      else wakeAt = Math.min(wakeAt, lane.readyAt);
    }
    if (wakeAt < Infinity && wakeAt > now) this.#wakeIn(wakeAt - now, () => this.#pump());
  }

  #wakeIn(ms: number, run: () => void): void {
    this.#timer?.();
    this.#timer = this.#parts.clock.after(ms, () => {
      this.#timer = undefined;
      run();
    });
  }

  #begin(room: RoomName, lane: Lane): void {
    lane.isBusy = true;
    const running: Promise<void> = this.#tell(room, lane).then(() => {
      this.#underway.delete(running);
      lane.isBusy = false;
      if (lane.ids.length === 0) this.#lanes.delete(room);
      this.#pump();
    });
    this.#underway.add(running);
  }

  /** Tells what is first in a lane. Never rejects. */
  async #tell(room: RoomName, lane: Lane): Promise<void> {
    const [id] = lane.ids;
    if (id === undefined) return;
    const { outbox, clock, courier, log } = this.#parts;
    let payload: Payload | undefined;
    try {
      const parcel = await outbox.open(id);
      payload = parcel && payloadOf(this.webhook.app, parcel);
    } catch (error) {
      log.error({ err: error, app: this.webhook.app }, "What a webhook is to be told could not be read.");
      lane.failures++;
      lane.readyAt = clock.monotonic() + retryAfterMs(lane.failures, this.#parts.chance());
      return;
    }
    if (!payload) return this.#finish(lane, id);
    const letter = letterTo(this.webhook, { ...payload, at: clock.now(), isQuestion: false });
    const receipt = await courier.carry(letter);
    if (this.#mode === "dead") return;
    if (receipt.ok && receipt.status >= 200 && receipt.status < 300) return this.#onTaken(lane, id);
    // A delivery that we have cut off ourselves says nothing about the endpoint.
    if (this.#mode === "open") this.#onFailure(room, lane, id, payload, receipt);
  }

  #onTaken(lane: Lane, id: number): void {
    this.#counts.delivered++;
    if (this.#down && this.#isDown) {
      const { app } = this.webhook;
      this.#parts.log.info({ app, webhook: shownUrl(this.webhook) }, "The webhook works again.");
      for (const each of this.#lanes.values()) Object.assign(each, { failures: 0, readyAt: -Infinity });
    }
    this.#failures = 0;
    this.#down = undefined;
    this.#finish(lane, id);
  }

  #finish(lane: Lane, id: number): void {
    lane.ids.shift();
    lane.failures = 0;
    lane.readyAt = -Infinity;
    this.#told.push(id);
    this.#settling ??= this.#settleSoon();
  }

  #onFailure(room: RoomName, lane: Lane, id: number, { at }: Payload, receipt: Receipt): void {
    const { clock, chance, log } = this.#parts;
    const now = clock.now();
    const why = receipt.ok ? `it answered with status ${receipt.status}` : receipt.why;
    const askedMs = receipt.ok ? receipt.retryAfterMs : 0;
    const fields = { app: this.webhook.app, webhook: shownUrl(this.webhook) };
    this.#counts.failed++;
    if (!receipt.ok) this.#counts.unanswered++;
    lane.failures++;
    const isNews = this.#down === undefined;
    const monotonic = clock.monotonic();
    // Those that were under way together fail together, and are one failure of the endpoint.
    if (!this.#isDown || monotonic >= this.#resumeAt) {
      this.#failures++;
      this.#resumeAt =
        monotonic + retryAfterMs(Math.max(1, this.#failures - DOWN_AFTER + 1), chance(), askedMs);
    }
    this.#down = { since: this.#down?.since ?? now, reason: why };
    if (receipt.ok && receipt.status === 410) return this.#die("it answered that it is gone (410)");
    if (now - this.#down.since >= GIVE_UP_MS) return this.#die(`nothing got through for days: ${why}`);
    if (isNews || this.#failures === DOWN_AFTER)
      log.warn({ ...fields, failures: this.#failures }, `The webhook failed: ${why}; it is tried again.`);
    if (now - at >= MAX_AGE_MS && lane.failures > 1) {
      this.#counts.skipped++;
      log.error(
        { ...fields, skipped: this.#counts.skipped },
        `An event was not taken for a day and is skipped: ${why}.`,
      );
      return this.#finish(lane, id);
    }
    lane.readyAt = monotonic + retryAfterMs(lane.failures, chance(), askedMs);
    // Another room has the next attempt: it may be this one that cannot be told.
    this.#lanes.delete(room);
    this.#lanes.set(room, lane);
  }

  #die(why: string): void {
    this.#mode = "dead";
    this.#timer?.();
    this.#lanes.clear();
    const fields = { app: this.webhook.app, webhook: shownUrl(this.webhook) };
    const until = "It is told nothing more until the settings are read anew or the relay is started again";
    this.#parts.log.error(fields, `The webhook was given up: ${why}. ${until}.`);
    this.#down = { since: this.#down?.since ?? this.#parts.clock.now(), reason: why };
    this.#parts.onDead();
  }

  /** What was taken leaves the outbox in one step with what is taken meanwhile. */
  async #settleSoon(): Promise<void> {
    do await new Promise<void>((resolve) => this.#parts.clock.soon(resolve));
    while ((await this.#settle()) && this.#told.length > 0);
    this.#settling = undefined;
  }

  /** False when it could not be noted: then it is told once more after the next start, unless the next step takes it. */
  async #settle(): Promise<boolean> {
    const ids = this.#told.splice(0);
    if (ids.length === 0) return true;
    try {
      await this.#parts.outbox.settle(ids);
      return true;
    } catch (error) {
      this.#told.push(...ids);
      this.#parts.log.error(
        { err: error, app: this.webhook.app },
        "What a webhook has taken could not be noted.",
      );
      return false;
    }
  }
}
