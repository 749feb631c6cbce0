import { WebSocket } from "ws";
import { tokenFor } from "../support/raw-client.ts";

/** How one connection of a crowd came in. */
export type Arrival = "in" | "refused";

/** Where a member of a crowd comes back from. */
export interface Place {
  epoch: string;
  seq: number;
}

/**
 * One of thousands of connections: it keeps what it has to know and nothing else, so that a test can have many in
 * one process. It answers heartbeats.
 */
export class Face {
  readonly sub: string;
  /** Whether the relay took it in. */
  readonly arrived: Promise<Arrival>;
  /** The code that its connection ended with. */
  closeCode: number | undefined;
  place: Place | undefined;
  isRecovered = false;
  /** True when an event was missing or came twice. */
  hasHole = false;
  /** Told of each event, by its `seq`. */
  onEvent: (seq: number) => void = () => {};
  /** Told that the relay is about to stop. */
  onGoAway: (withinMs: number) => void = () => {};
  /** Told once that the connection is over, or never came about. */
  onGone: () => void = () => {};
  readonly #ws: WebSocket;
  #onJoined: () => void = () => {};
  #onRefused: (retryAfterMs: number) => void = () => {};

  constructor(url: string, sub: string) {
    this.sub = sub;
    this.#ws = new WebSocket(`${url.replace("http", "ws")}/v1/socket`, "natter.v1");
    this.arrived = new Promise((resolve) => {
      this.#ws.on("open", () => this.#say([{ type: "hello", token: tokenFor(sub) }]));
      this.#ws.on("message", (data: Buffer) => this.#onFrame(data.toString("utf8"), () => resolve("in")));
      this.#ws.on("error", () => resolve("refused"));
      this.#ws.on("close", (code) => {
        this.closeCode = code;
        resolve("refused");
        this.onGone();
      });
    });
  }

  /** Joins a room, from a place if one is given, and resolves when it is in; asks again when it is told to wait. */
  join(room: string, since?: Place): Promise<void> {
    const ask = (): void => {
      if (this.closeCode !== undefined) return;
      this.#say([{ type: "join", ref: 1, room, limit: 1, ...(since && { since }) }]);
    };
    this.#onRefused = (retryAfterMs) => void setTimeout(ask, retryAfterMs);
    ask();
    return new Promise((resolve) => (this.#onJoined = resolve));
  }

  /** Gone without a word. */
  vanish(): void {
    this.#ws.terminate();
  }

  #say(packets: unknown): void {
    this.#ws.send(JSON.stringify(packets));
  }

  #onFrame(text: string, onWelcome: () => void): void {
    if (text === "[]") return this.#ws.send("[]");
    for (const packet of JSON.parse(text) as Packet[]) {
      if (packet.type === "welcome") onWelcome();
      else if (packet.type === "ok") this.#onOk(packet);
      else if (packet.type === "event") this.#onSeq(packet.seq);
      else if (packet.type === "error" && packet.ref === 1) this.#onRefused(packet.retryAfter ?? 1000);
      else if (packet.type === "goaway") this.onGoAway(packet.within ?? 0);
    }
  }

  #onOk({ epoch, seq, recovered = false, events = [] }: Packet): void {
    this.isRecovered = recovered;
    if (recovered) for (const event of events) this.#onSeq(event.seq);
    this.place = { epoch, seq };
    this.#onJoined();
  }

  #onSeq(seq: number): void {
    if (this.place && seq !== this.place.seq + 1) this.hasHole = true;
    if (this.place) this.place = { ...this.place, seq };
    this.onEvent(seq);
  }
}

/**
 * Somebody who comes back whenever their connection ends, as docs/PROTOCOL.md asks of clients: at a random moment of
 * the time that `goaway` names, and else with full jitter over a window that doubles.
 */
export class Regular {
  readonly #url: string;
  readonly #sub: string;
  readonly #room: string;
  #face: Face | undefined;
  #place: Place | undefined;
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  /** When this client was welcomed last, as `performance.now()` tells it. */
  welcomedAt = 0;
  /** True when a return was not recovered whole, or an event was missing or came twice. */
  hasLost = false;

  constructor(url: string, sub: string, room: string) {
    this.#url = url;
    this.#sub = sub;
    this.#room = room;
  }

  /** Where this client is in its room. */
  get place(): Place | undefined {
    return this.#face?.place;
  }

  /** Comes in; resolves when that worked for the first time. */
  async come(): Promise<void> {
    const face = new Face(this.#url, this.#sub);
    this.#face = face;
    face.onGoAway = (withinMs) => {
      this.#timer = setTimeout(() => face.vanish(), Math.random() * withinMs);
    };
    face.onGone = () => this.#onGone(face);
    if ((await face.arrived) === "refused") return;
    this.#tries = 0;
    this.welcomedAt = performance.now();
    const since = this.#place;
    face.place = since;
    await face.join(this.#room, since);
    if (since && !face.isRecovered) this.hasLost = true;
  }

  /** Goes for good. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#face?.vanish();
  }

  #onGone(face: Face): void {
    this.#place = face.place ?? this.#place;
    this.hasLost ||= face.hasHole;
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    const window = Math.min(20_000, 1000 * 2 ** this.#tries++);
    this.#timer = setTimeout(() => void this.come(), Math.random() * window);
  }
}

interface Packet {
  type: string;
  ref?: number;
  within?: number;
  retryAfter?: number;
  epoch: string;
  seq: number;
  recovered?: boolean;
  events?: { seq: number }[];
}
