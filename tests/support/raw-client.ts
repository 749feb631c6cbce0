import { createHmac, randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { WebSocket, type ClientOptions } from "ws";

/**
 * Clients written from docs/PROTOCOL.md and RFC 6455 alone: they share no code with the SDK or the relay, so
 * that what they find true is true of the wire.
 */

/** The secret of the relays that these clients talk to. */
export const SECRET = "a secret of tests, with more than thirty-two bytes";

/** How long a client waits for what must come: only what never comes costs as much, on however busy a machine. */
const PATIENCE_MS = 15_000;

/** A JWT for somebody, signed by hand; `claims` may be right or wrong. */
export function tokenFor(sub: string, claims: Record<string, unknown> = {}, secret = SECRET): string {
  return signed({}, { sub, ...claims }, secret);
}

/** A JWT signed with HS256, with more in its header than that; of Ann, for an hour, unless its claims say otherwise. */
export function signed(header: object, claims: object, secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  const payload = { sub: "ann", iat: now, exp: now + 3600, ...claims };
  const text = `${part({ alg: "HS256", typ: "JWT", ...header })}.${part(payload)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** A packet as it came. */
export type Packet = { type: string } & Record<string, unknown>;

/** How a connection ended. */
export interface Ending {
  code: number;
  reason: string;
}

/** A WebSocket client that speaks packets. */
export class RawClient {
  /** What arrived, frame by frame. */
  readonly frames: Packet[][] = [];
  readonly texts: string[] = [];
  /** Resolves when the connection has ended. */
  readonly closed: Promise<Ending>;
  readonly #ws: WebSocket;
  #waiting: (() => void)[] = [];
  #refs = 0;

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on("message", (data: Buffer) => this.#onText(data.toString("utf8")));
    this.closed = new Promise((resolve) => {
      ws.on("close", (code, reason) => {
        resolve({ code, reason: reason.toString("utf8") });
        this.#wake();
      });
    });
  }

  /** Connects to a relay; rejects with the HTTP status when the handshake is refused. */
  static open(
    relay: string,
    options: ClientOptions & { path?: string; protocols?: string[] } = {},
  ): Promise<RawClient> {
    const { path = "/v1/socket", protocols = ["natter.v1"], ...given } = options;
    const ws = new WebSocket(relay.replace(/^http/, "ws") + path, protocols, {
      handshakeTimeout: PATIENCE_MS,
      ...given,
    });
    const client = new RawClient(ws);
    return new Promise((resolve, reject) => {
      ws.once("open", () => resolve(client));
      ws.once("unexpected-response", (_, response) => {
        reject(new Error(`HTTP ${response.statusCode}`));
        response.destroy();
      });
      ws.on("error", reject);
    });
  }

  /** Connects, says hello, and waits to be welcomed. */
  static async enter(relay: string, sub: string, claims: Record<string, unknown> = {}): Promise<RawClient> {
    const client = await RawClient.open(relay);
    client.say({ type: "hello", token: tokenFor(sub, claims) });
    await client.next("welcome");
    return client;
  }

  /** Connects and joins a room. */
  static async join(
    relay: string,
    sub: string,
    room: string,
    claims: Record<string, unknown> = {},
  ): Promise<RawClient> {
    const client = await RawClient.enter(relay, sub, claims);
    await client.ask({ type: "join", room });
    return client;
  }

  /** The subprotocol that the relay chose. */
  get protocol(): string {
    return this.#ws.protocol;
  }

  get packets(): Packet[] {
    return this.frames.flat();
  }

  of(type: string): Packet[] {
    return this.packets.filter((packet) => packet.type === type);
  }

  say(...packets: Packet[]): void {
    this.sayText(JSON.stringify(packets));
  }

  sayText(text: string): void {
    this.#ws.send(text);
  }

  sayBytes(bytes: Uint8Array): void {
    this.#ws.send(bytes);
  }

  /** Asks, and returns the reply, `ok` or `error`. */
  async request(packet: Packet): Promise<Packet> {
    const ref = ++this.#refs;
    this.say({ ...packet, ref });
    return this.next((reply) => reply["ref"] === ref && (reply.type === "ok" || reply.type === "error"));
  }

  /** Asks, and returns the `ok`. */
  async ask(packet: Packet): Promise<Packet> {
    const reply = await this.request(packet);
    if (reply.type !== "ok") throw new Error(`${packet.type} was refused: ${JSON.stringify(reply)}`);
    return reply;
  }

  /** The first packet of a type, or that matches, of all that arrived and will arrive. */
  next(match: string | ((packet: Packet) => boolean)): Promise<Packet> {
    const matches = typeof match === "string" ? (packet: Packet): boolean => packet.type === match : match;
    return this.until(() => this.packets.find(matches), String(match));
  }

  /** Waits until `look` finds something. */
  async until<T>(look: () => T | undefined, what = String(look)): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0 || this.#ws.readyState === WebSocket.CLOSED) {
        throw new Error(`Waited in vain for ${what}; arrived: ${JSON.stringify(this.frames).slice(0, 2000)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Stops reading, so that what is sent to it piles up at the relay. */
  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  /** Ends the connection from this side. */
  async close(): Promise<Ending> {
    this.#ws.close(1000);
    const force = setTimeout(() => this.#ws.terminate(), 1000);
    const ending = await this.closed;
    clearTimeout(force);
    return ending;
  }

  /** The machine is gone, without a word. */
  terminate(): void {
    this.#ws.terminate();
  }

  #onText(text: string): void {
    this.texts.push(text);
    const frame = readFrame(text);
    if (frame) this.frames.push(frame);
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

function readFrame(text: string): Packet[] | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) ? (json as Packet[]) : undefined;
  } catch {
    return undefined;
  }
}

/** One WebSocket frame, as RFC 6455 5.2 draws it. */
export interface RawFrame {
  opcode: number;
  payload?: Uint8Array | string;
  fin?: boolean;
  /** The three reserved bits, as a number from 0 to 7. */
  rsv?: number;
  isMasked?: boolean;
  /** What the header says, if that is not the length of the payload. */
  announced?: bigint;
}

export const TEXT = 1;
export const BINARY = 2;
export const CONTINUATION = 0;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** A TCP connection that can say anything, right or wrong. */
export class RawSocket {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #isEnded = false;
  #waiting: (() => void)[] = [];
  /** Resolves when the relay has ended the connection. */
  readonly ended: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    // A reset is an end like others here.
    socket.on("error", () => {});
    this.ended = new Promise((resolve) => {
      const onEnd = (): void => {
        this.#isEnded = true;
        this.#wake();
        resolve();
      };
      socket.on("end", onEnd);
      socket.on("close", onEnd);
    });
  }

  /** Opens a TCP connection to a relay, and says nothing. `keepsOpen` never closes its own side by itself. */
  static dial(relay: string, options: { keepsOpen?: boolean } = {}): Promise<RawSocket> {
    const { hostname, port } = new URL(relay);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: options.keepsOpen === true });
    return new Promise((resolve, reject) => {
      socket.once("connect", () => resolve(new RawSocket(socket)));
      socket.once("error", reject);
    });
  }

  /** Opens a WebSocket by hand. */
  static async open(relay: string, options: { after?: Uint8Array } = {}): Promise<RawSocket> {
    const raw = await RawSocket.dial(relay);
    raw.write(Buffer.concat([Buffer.from(handshake()), options.after ?? Buffer.alloc(0)]));
    const head = await raw.head();
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(head);
    return raw;
  }

  /** Opens a WebSocket by hand and says hello. */
  static async enter(relay: string, sub: string): Promise<RawSocket> {
    const raw = await RawSocket.open(relay);
    raw.say([{ type: "hello", token: tokenFor(sub) }]);
    await raw.nextPackets();
    return raw;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  write(bytes: Uint8Array | string): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Sends a packet array as one text frame. */
  say(packets: unknown): void {
    this.frame({ opcode: TEXT, payload: JSON.stringify(packets) });
  }

  /** Sends a frame. */
  frame(frame: RawFrame): void {
    this.write(encode(frame));
  }

  /** The status line and headers of an HTTP answer. */
  async head(): Promise<string> {
    const end = await this.#until(() => {
      const at = this.#received.indexOf("\r\n\r\n");
      return at === -1 ? undefined : at + 4;
    }, "an HTTP answer");
    const head = this.#received.subarray(0, end).toString("latin1");
    this.#received = this.#received.subarray(end);
    return head;
  }

  /** The next frame that arrives. */
  nextFrame(): Promise<{ opcode: number; payload: Buffer }> {
    return this.#until(() => this.#takeFrame(), "a frame");
  }

  /** The packets of the next text frame. */
  async nextPackets(): Promise<Packet[]> {
    const { opcode, payload } = await this.nextFrame();
    if (opcode !== TEXT) throw new Error(`A frame of opcode ${opcode}: ${payload.toString("hex")}`);
    return JSON.parse(payload.toString("utf8")) as Packet[];
  }

  /** Skips what is said until the close frame, and returns its code. */
  async closeCode(): Promise<number> {
    for (;;) {
      const { opcode, payload } = await this.nextFrame();
      if (opcode === CLOSE) return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
    }
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends this side, orderly. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #takeFrame(): { opcode: number; payload: Buffer } | undefined {
    const bytes = this.#received;
    if (bytes.length < 2) return undefined;
    const short = (bytes[1] ?? 0) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < start) return undefined;
    const length =
      short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < start + length) return undefined;
    this.#received = bytes.subarray(start + length);
    return { opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(start, start + length) };
  }

  async #until<T>(look: () => T | undefined, what: string): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0 || this.#isEnded) {
        throw new Error(
          `Waited in vain for ${what}; left over: ${this.#received.toString("latin1").slice(0, 500)}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** A good upgrade request; `headers` are added, and `replaced` stand instead of the usual ones. */
export function handshake(
  options: { path?: string; headers?: string[]; replaced?: Record<string, string | undefined> } = {},
): string {
  const { path = "/v1/socket", headers = [], replaced = {} } = options;
  const usual: Record<string, string | undefined> = {
    Host: "127.0.0.1",
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "natter.v1",
    ...replaced,
  };
  const lines = Object.entries(usual).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`,
  );
  return [`GET ${path} HTTP/1.1`, ...lines, ...headers, "", ""].join("\r\n");
}

/** The bytes of a frame. */
export function encode({
  opcode,
  payload = "",
  fin = true,
  rsv = 0,
  isMasked = true,
  announced,
}: RawFrame): Buffer {
  const bytes = Buffer.from(payload);
  const length = announced ?? BigInt(bytes.length);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const bit = isMasked ? 0x80 : 0;
  let header: Buffer;
  if (length < 126n) header = Buffer.from([first, bit | Number(length)]);
  else if (length < 65_536n) {
    header = Buffer.from([first, bit | 126, 0, 0]);
    header.writeUInt16BE(Number(length), 2);
  } else {
    header = Buffer.from([first, bit | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.writeBigUInt64BE(length, 2);
  }
  if (!isMasked) return Buffer.concat([header, bytes]);
  const mask = randomBytes(4);
  return Buffer.concat([header, mask, bytes.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}
