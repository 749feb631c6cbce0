// A client that speaks the wire directly: as little of its own as can be, so that the relay is what is measured.
import { WebSocket } from "ws";
import { tokenFor } from "./relay.mjs";

/** @typedef {{ type: string, ref?: number, [field: string]: any }} Packet */

export class RawClient {
  /** @type {Map<number, { resolve: (packet: Packet) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  #ref = 0;
  /** @type {(packet: Packet) => void} */
  onPacket = () => {};
  onClose = () => {};

  /** @param {string} url @param {string} user */
  constructor(url, user) {
    this.user = user;
    this.socket = new WebSocket(url, "natter.v1", { perMessageDeflate: false });
    this.socket.on("message", (data) => this.#read(/** @type {Buffer} */ (data).toString("utf8")));
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("closed"));
      this.#waiting.clear();
      this.onClose();
    });
  }

  /** Resolves once the relay has said welcome. */
  async open() {
    await new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.once("error", reject);
    });
    const welcome = new Promise((resolve) => (this.onWelcome = resolve));
    this.send([{ type: "hello", token: tokenFor(this.user) }]);
    await welcome;
    return this;
  }

  /** @param {Packet[]} packets */
  send(packets) {
    this.socket.send(JSON.stringify(packets));
  }

  /** Sends a request and resolves with its `ok`. @param {Packet} packet @returns {Promise<Packet>} */
  ask(packet) {
    const ref = ++this.#ref;
    return new Promise((resolve, reject) => {
      this.#waiting.set(ref, { resolve, reject });
      this.send([{ ...packet, ref }]);
    });
  }

  close() {
    this.socket.terminate();
  }

  /** @param {string} frame */
  #read(frame) {
    if (frame === "[]") return this.socket.send("[]");
    for (const packet of JSON.parse(frame)) {
      if (packet.type === "welcome") this.onWelcome?.(packet);
      const waiting = packet.ref === undefined ? undefined : this.#waiting.get(packet.ref);
      if (!waiting) {
        this.onPacket(packet);
        continue;
      }
      this.#waiting.delete(packet.ref);
      if (packet.type === "ok") waiting.resolve(packet);
      else waiting.reject(Object.assign(new Error(packet.message), { code: packet.code }));
    }
  }
}
