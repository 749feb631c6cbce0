import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** Somebody in a room, by a bare socket: a client library would be measured along with the relay. */
export class Person {
  readonly #socket: Socket;
  readonly #onText: ((text: string) => void) | undefined;
  #held: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  #refs = 0;
  #onJoined: (() => void) | undefined;

  private constructor(socket: Socket, onText: ((text: string) => void) | undefined, onJoined: () => void) {
    this.#socket = socket;
    this.#onText = onText;
    this.#onJoined = onJoined;
    socket.on("data", (chunk) => this.#onData(chunk));
  }

  /**
   * Comes into a room. Rejects when that fails.
   *
   * @param onText is given every frame; without it they are counted by nobody, which costs less
   */
  static enter(
    where: { host: string; port: number; localAddress?: string },
    who: { token: string; room: string },
    onText?: (text: string) => void,
  ): Promise<Person> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...where, noDelay: true });
      const person = new Person(socket, onText, () => resolve(person));
      socket.on("error", reject);
      socket.once("close", () => reject(new Error("The relay has ended the connection.")));
      socket.once("connect", () => {
        socket.write(upgrade(where));
        person.say([
          { type: "hello", token: who.token },
          { type: "join", ref: ++person.#refs, room: who.room },
        ]);
      });
    });
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  post(room: string, text: string): void {
    const ref = ++this.#refs;
    this.say([{ type: "post", ref, room, id: `${ref}`, text }]);
  }

  say(packets: readonly object[]): void {
    if (!this.#socket.destroyed) this.#socket.write(maskedFrame(Buffer.from(JSON.stringify(packets))));
  }

  leave(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    // Who is in and listens to nothing need not be understood.
    if (!this.#onJoined && !this.#onText) return;
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (!this.#isUpgraded) {
      const end = this.#held.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!this.#held.toString("latin1", 0, 12).endsWith(" 101")) return void this.#socket.destroy();
      this.#isUpgraded = true;
      this.#held = this.#held.subarray(end + 4);
    }
    for (let text = this.#take(); text !== undefined; text = this.#take()) this.#onFrame(text);
  }

  #onFrame(text: string): void {
    this.#onText?.(text);
    if (!this.#onJoined) return;
    if (text.includes('"type":"error"')) return void this.#socket.destroy();
    if (!text.includes('"type":"ok"')) return;
    this.#onJoined();
    this.#onJoined = undefined;
  }

  /** The text of the next frame, once it is there whole. */
  #take(): string | undefined {
    const bytes = this.#held;
    if (bytes.length < 2) return undefined;
    const short = (bytes[1] ?? 0) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < start) return undefined;
    const length =
      short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < start + length) return undefined;
    this.#held = bytes.subarray(start + length);
    return bytes.toString("utf8", start, start + length);
  }
}

function upgrade({ host, port }: { host: string; port: number }): string {
  return [
    "GET /v1/socket HTTP/1.1",
    `Host: ${host}:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: natter.v1",
    "",
    "",
  ].join("\r\n");
}

/** A text frame as a client sends it (RFC 6455, 5.2). A mask of zeros is one, and changes nothing. */
function maskedFrame(payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
  head[0] = 0x81;
  head[1] = 0x80 | Math.min(length, 126);
  if (length >= 126) head.writeUInt16BE(length, 2);
  return Buffer.concat([head, payload]);
}
