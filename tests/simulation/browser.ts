import { ChatError, connect, type Chat, type ChatStorage, type Room, type RoomView } from "@natter/sdk";
import type { ClientPacket, ModerationAction, Role, Settings } from "@natter/sdk/protocol";
import type { RoomLog } from "../../relay/src/engine/engine.ts";
import { simulatedWebSocket, type Line, type LineQuality, type Port } from "./line.ts";
import type { Random } from "./random.ts";
import type { Record } from "./record.ts";
import type { ProcessTime, VirtualTime } from "./virtual-time.ts";
import { WireCheck } from "./wire-check.ts";

/** Somebody with a device. */
export interface Person {
  user: string;
  device: string;
  /** The rooms they may be in, and as what. */
  rooms: { [room: string]: Role };
}

/** What the people of a run share. */
export interface World {
  time: VirtualTime;
  random: Random;
  /** The relay that a new connection comes to. */
  port: () => Port;
  /** What is true, to hold screens against; undefined while nobody can tell. */
  log: () => Pick<RoomLog, "head" | "page"> | undefined;
  record: Record;
  /** The true time of day, which the one who issues tokens goes by. */
  wallNow: () => number;
  /** Told of every packet that has reached the relay. */
  arrived: (browser: Browser, packet: ClientPacket) => void;
}

/** Messages that are asked for at once. */
const PAGE = 20;

/** How long tokens are good for: short, so that a run renews many, and longer than any line is frozen. */
const TOKEN_MS = 70_000;

/** A browser with a page of ours: a real SDK on a simulated line, a storage that outlives the page. */
export class Browser {
  readonly person: Person;
  readonly #world: World;
  readonly #random: Random;
  readonly #values = new Map<string, string>();
  readonly #rooms = new Map<string, Room>();
  #page: ProcessTime;
  #chat: Chat;
  #line: Line | undefined;
  #port: Port | undefined;
  #check: WireCheck | undefined;
  #isOnline = true;
  #quality: LineQuality;
  #written = 0;
  #lines = 0;
  /** What was written since the page was loaded. */
  #writtenHere: string[] = [];
  /** What the next tokens allow. */
  #rights: Person["rooms"];

  constructor(world: World, person: Person) {
    this.#world = world;
    this.person = person;
    this.#rights = person.rooms;
    this.#random = world.random.fork();
    this.#quality = this.#goodLine();
    this.#page = world.time.process();
    this.#chat = this.#open();
  }

  get line(): Line | undefined {
    return this.#line?.isUp ? this.#line : undefined;
  }

  /** The relay that the line is connected to, or was last. */
  get relay(): string | undefined {
    return this.#port?.relay;
  }

  /** What was told on the newest line. */
  get check(): WireCheck | undefined {
    return this.#check;
  }

  get chat(): Chat {
    return this.#chat;
  }

  /** What the page shows of each room. */
  views(): RoomView[] {
    return [...this.#rooms.values()].map((room) => room.view());
  }

  /** Writes a message with a text of its own. */
  post(room: string): void {
    const { record } = this.#world;
    const text = `${this.person.device}-${++this.#written}`;
    record.attempted.add(text);
    this.#writtenHere.push(text);
    const key = `${this.person.device} ${room}`;
    record.written.set(key, [...(record.written.get(key) ?? []), text]);
    this.#room(room)
      .post(text)
      .then(
        () => record.acked.add(text),
        (error: unknown) => this.#refused(text, error),
      );
  }

  /** Does something to a message that it shows, of the page before a place if one is named: edits, deletes, reacts or pins. */
  touch(room: string, before?: number): void {
    const handle = this.#room(room);
    let stored = handle.view().messages.filter(({ seq, deletedAt }) => seq > 0 && deletedAt === undefined);
    if (before !== undefined) stored = stored.filter(({ seq }) => seq < before).slice(-PAGE);
    if (stored.length === 0) return;
    const { seq } = this.#random.pick(stored);
    const text = `${this.person.device}-${++this.#written}`;
    this.#world.record.attempted.add(text);
    const act = this.#random.pick([
      () => handle.react(seq, this.#random.pick(["👍", "🎉"]), this.#random.oneIn(2)),
      () => handle.edit(seq, text),
      () => handle.delete(seq),
      () => handle.pin(seq),
    ]);
    act().catch(() => undefined);
  }

  moderate(room: string, user: string, action: ModerationAction): void {
    this.#room(room)
      .moderate(action, user, { for: this.#random.whole(1, 10) })
      .catch(() => undefined);
  }

  configure(room: string, settings: Settings): void {
    this.#room(room)
      .configure(settings)
      .catch(() => undefined);
  }

  older(room: string): void {
    this.#room(room)
      .older(PAGE)
      .catch(() => undefined);
  }

  /** Brings a new token, with other rights or with those of before. */
  renew(rights = this.#rights): void {
    this.#rights = rights;
    this.#chat.setToken(() => this.#token());
  }

  /** Knocks at the rooms it was taken out of. */
  rejoin(): void {
    for (const room of this.#rooms.values()) room.rejoin();
  }

  /** Drops the line for a new one, as when a device changes the network. */
  reconnect(): void {
    this.#chat.reconnect();
  }

  /** Small things that must do no harm. */
  fidget(room: string): void {
    const handle = this.#room(room);
    this.#random.pick([
      () => handle.typing(),
      () => handle.markRead(),
      () => this.older(room),
      () => handle.signal("wave", { from: this.person.device }),
      () => this.leave(room),
    ])();
  }

  /** Tries to come into a room it has no right to. */
  trespass(room: string): void {
    this.#room(room).view();
  }

  leave(room: string): void {
    // What is unsent there would be given up by intention, which is no loss; only rooms with nothing under way. A
    // room that is not live yet may not show what an earlier page left unsent.
    const handle = this.#rooms.get(room);
    if (handle?.view().status !== "live") return;
    if (handle.view().messages.some((message) => message.seq === 0)) return;
    handle.close();
    this.#rooms.delete(room);
  }

  /** The page is loaded anew: the script's world ends, the storage stays. */
  reload(): void {
    const rooms = [...this.#rooms.keys()];
    // A page that has never heard who it belongs to keeps nothing: there is nobody to keep it for.
    if (!this.#chat.user) for (const text of this.#writtenHere) this.#world.record.forgotten.add(text);
    this.#writtenHere = [];
    this.#page.end();
    this.#line?.loseClient(this.#random.oneIn(2));
    this.#rooms.clear();
    this.#page = this.#world.time.process();
    this.#chat = this.#open();
    for (const room of rooms) this.#room(room).view();
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
    if (!isOnline) this.#line?.freeze(60_000);
    else if (this.line) this.#line?.cut();
  }

  /** The next line is a bad one, or a good one again. */
  setSlow(isSlow: boolean): void {
    this.#quality = isSlow
      ? { latencyMs: () => this.#random.whole(20, 400), bytesPerMs: this.#random.pick([0.5, 2]) }
      : this.#goodLine();
  }

  jump(ms: number): void {
    this.#page.jump(ms);
  }

  #goodLine(): LineQuality {
    return { latencyMs: () => this.#random.whole(1, 30), bytesPerMs: 1000 };
  }

  #room(name: string): Room {
    let room = this.#rooms.get(name);
    if (!room) {
      this.#rooms.set(name, (room = this.#chat.room(name)));
      room.on("removed", () => this.#world.record.removals++);
      room.subscribe((view) => this.#look(view));
    }
    return room;
  }

  /** A screen must make sense at every moment: in order, and nothing twice. */
  #look(view: RoomView): void {
    const { record } = this.#world;
    const ids = new Set<string>();
    let last = 0;
    for (const message of view.messages) {
      if (ids.has(message.id)) record.breach("I10", `${this.person.device} shows ${message.text} twice`);
      ids.add(message.id);
      // Who asked for it may be a page that is gone, so the screen is what counts.
      if (message.state === "failed") record.refused.set(message.text, record.life);
      if (message.seq === 0) continue;
      if (message.seq <= last)
        record.breach("I10", `${this.person.device} shows ${message.seq} after ${last}`);
      last = message.seq;
    }
  }

  #refused(text: string, error: unknown): void {
    const { record } = this.#world;
    if (!(error instanceof ChatError)) return record.breach("bug", `${text} failed with ${String(error)}`);
    if (error.code !== "closed") record.refused.set(text, record.life);
  }

  #open(): Chat {
    const storage: ChatStorage = {
      get: (key) => this.#values.get(key),
      set: (key, value) => void this.#values.set(key, value),
      remove: (key) => void this.#values.delete(key),
    };
    const { time } = this.#world;
    return connect({
      relay: "http://relay.example",
      token: () => this.#token(),
      storage,
      clock: this.#page,
      random: this.#random.next,
      WebSocket: simulatedWebSocket({
        time,
        page: this.#page,
        random: this.#random,
        port: () => this.#world.port(),
        quality: () => this.#quality,
        tap: (relay) => (this.#check = this.#newCheck(relay)),
        isOnline: () => this.#isOnline,
        onLine: (line, port) => {
          this.#line = line;
          this.#port = port;
        },
      }),
    });
  }

  #newCheck(relay: string): WireCheck {
    const { record, time } = this.#world;
    const line = ++this.#lines;
    return new WireCheck({
      record,
      relay,
      user: this.person.user,
      device: this.person.device,
      now: () => time.now,
      arrived: (packet) => this.#world.arrived(this, packet),
      isCurrent: () => line === this.#lines,
    });
  }

  #token(): string {
    const issuedAt = this.#world.wallNow();
    return JSON.stringify({
      user: { id: this.person.user, name: this.person.user.toUpperCase() },
      app: "default",
      issuedAt,
      expiresAt: issuedAt + TOKEN_MS,
      rules: Object.entries(this.#rights).map(([pattern, role]) => ({ pattern, grant: { role } })),
    });
  }
}
