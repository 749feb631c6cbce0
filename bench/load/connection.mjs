// One connection of the load: a bare socket, because a full client would be slower than the servers it measures.
import { connect } from "node:net";
import { CLOSE, clientFrame, FrameReader, PING, PONG } from "./frames.mjs";
import { upgradeRequest } from "./upgrade.mjs";

/** @typedef {import("./dialects.mjs").Spoken} Spoken */
/** @typedef {import("./room-order.mjs").RoomOrder} RoomOrder */

/**
 * Who is told what happens on a {@link Connection}.
 *
 * @typedef {object} ConnectionListener
 * @property {(connection: Connection) => void} onIn it is in its room
 * @property {(connection: Connection, from: number, to: number) => void} onMessages it was given the room's messages
 *   from one place up to another
 * @property {(connection: Connection, error: Error) => void} onFailure it ended, or was given what it should not be
 */

/** All sockets of a thread are read into the same memory, one after the other. */
const inbox = Buffer.allocUnsafeSlow(1 << 20);
const HEAD_END = "\r\n\r\n";

export class Connection {
  /** How many of the room's messages it was given. */
  place = 0;
  /** Set where it also sends. @type {import("./sender.mjs").Sender | undefined} */
  sender;
  index;
  room;
  order;
  #dialect;
  #alsoJoin;
  #listener;
  #frames = new FrameReader(this);
  /** @type {"upgrading" | "entering" | "in" | "over"} */
  #state = "upgrading";
  #head = "";
  #token;

  /**
   * @param {object} parts
   * @param {number} parts.index
   * @param {number} parts.port
   * @param {string} parts.room
   * @param {RoomOrder} parts.order
   * @param {string} parts.token
   * @param {Spoken} parts.dialect
   * @param {number} parts.alsoJoin how many further rooms it is in, where the server lets it
   * @param {ConnectionListener} parts.listener
   */
  constructor({ index, port, room, order, token, dialect, alsoJoin, listener }) {
    this.index = index;
    this.room = room;
    this.order = order;
    this.#token = token;
    this.#dialect = dialect;
    this.#alsoJoin = alsoJoin;
    this.#listener = listener;
    const callback = (/** @type {number} */ length) => this.#onRead(length);
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer: inbox, callback } });
    this.socket.on("connect", () => this.socket.write(upgradeRequest(dialect.path(room, token), port)));
    this.socket.on("error", (error) => this.#fail(error));
    this.socket.on("close", () => this.#fail(new Error(`The server cut connection ${this.index}.`)));
  }

  /** Sends one message. @param {string} payload */
  send(payload) {
    this.socket.write(clientFrame(payload));
  }

  /** Ends it without a word, and without telling anybody. */
  close() {
    this.#state = "over";
    this.socket.destroy();
  }

  /** @param {Buffer} bytes @param {number} at @param {number} end @returns {number} */
  onBytes(bytes, at, end) {
    const known = this.order.known(this.place, bytes, at, end);
    if (known === undefined) return 0;
    this.#advance(this.place + known.count);
    return known.bytes.length;
  }

  /**
   * @param {number} opcode
   * @param {Buffer} bytes
   * @param {number} start
   * @param {number} end
   * @param {number} wireStart
   */
  onMessage(opcode, bytes, start, end, wireStart) {
    if (opcode === PING) {
      this.socket.write(clientFrame(bytes.toString("latin1", start, end), PONG));
    } else if (opcode === CLOSE) {
      const code = end - start >= 2 ? bytes.readUInt16BE(start) : 1005;
      this.#fail(new Error(`The server closed connection ${this.index} with ${code}.`));
    } else if (this.#state === "entering") {
      this.#onEntering(bytes.toString("utf8", start, end));
    } else if (opcode !== PONG && !this.#isHeartbeat(bytes, start, end)) {
      this.#advance(this.order.read(this.place, bytes, start, end, wireStart));
    }
  }

  /** @param {number} length */
  #onRead(length) {
    try {
      if (this.#state === "upgrading") this.#onHead(length);
      else this.#frames.read(inbox, 0, length);
      this.sender?.onReadEnd();
    } catch (error) {
      this.#fail(/** @type {Error} */ (error));
    }
    return true;
  }

  /** @param {number} length */
  #onHead(length) {
    const said = inbox.toString("latin1", 0, length);
    const before = this.#head.length;
    this.#head += said;
    const end = this.#head.indexOf(HEAD_END);
    if (end === -1) return;
    if (!this.#head.startsWith("HTTP/1.1 101 ")) {
      throw new Error(`The server refused to upgrade: ${this.#head.slice(0, this.#head.indexOf("\r"))}`);
    }
    this.#head = "";
    this.#state = "entering";
    for (const frame of this.#dialect.opening?.(this.room, this.#token, this.#alsoJoin) ?? [])
      this.send(frame);
    if (!this.#dialect.onEntering) this.#enter();
    const start = end + HEAD_END.length - before;
    if (start < length) this.#frames.read(inbox, start, length);
  }

  /** @param {string} payload */
  #onEntering(payload) {
    const answer = this.#dialect.onEntering?.(payload, this.room, this.#alsoJoin);
    if (answer === "in") this.#enter();
    else for (const frame of answer ?? []) this.send(frame);
  }

  #enter() {
    this.#state = "in";
    this.#listener.onIn(this);
  }

  /** @param {number} place */
  #advance(place) {
    if (place === this.place) return;
    const from = this.place;
    this.place = place;
    this.#listener.onMessages(this, from, place);
  }

  /** @param {Buffer} bytes @param {number} start @param {number} end */
  #isHeartbeat(bytes, start, end) {
    const { heartbeat } = this.#dialect;
    if (!heartbeat || end - start !== heartbeat[0].length) return false;
    if (bytes.toString("latin1", start, end) !== heartbeat[0]) return false;
    this.send(heartbeat[1]);
    return true;
  }

  /** @param {Error} error */
  #fail(error) {
    if (this.#state === "over") return;
    this.close();
    this.#listener.onFailure(this, error);
  }
}
