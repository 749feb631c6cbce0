// The connections of one thread: opened, counted, timed and checked.
import { TIMED_FROM, TIMED_UNTIL } from "./cells.mjs";
import { nowUs } from "./clock.mjs";
import { Connection } from "./connection.mjs";
import { DIALECTS } from "./dialects.mjs";
import { Histogram } from "./histogram.mjs";
import { RoomOrder } from "./room-order.mjs";

/**
 * What the connections are and where they go.
 *
 * @typedef {object} Crowd
 * @property {number} port
 * @property {string} dialect
 * @property {number} rooms
 * @property {number} members of each room
 * @property {number} senders of each room: the last of its members
 * @property {number} atOnce connections that may be on their way in at a time
 * @property {number} timeEvery one connection in so many is timed
 * @property {number} alsoJoin rooms of its own that each connection is in as well
 */

/** One member of one room. @typedef {{ index: number, room: number, seat: number }} Seat */

/**
 * The members of all rooms, those who only read first and those who also send last.
 *
 * @param {Crowd} crowd
 * @returns {{ readers: Seat[], senders: Seat[] }}
 */
export function seatsOf({ rooms, members, senders }) {
  const seats = Array.from({ length: rooms * members }, (_, index) => {
    return { index, room: Math.floor(index / members), seat: index % members };
  });
  const firstSender = members - senders;
  return {
    readers: seats.filter(({ seat }) => seat < firstSender),
    senders: seats.filter(({ seat }) => seat >= firstSender),
  };
}

export class Fleet {
  /** @type {Connection[]} */
  connections = [];
  /** @type {RoomOrder[]} */
  orders;
  delays = new Histogram();
  /** How long it took each connection to be in its room. */
  entries = new Histogram();
  /** Called with what went wrong first. @type {(error: Error) => void} */
  onTrouble = () => {};
  /** Called whenever something was delivered. */
  onDelivered = () => {};
  #crowd;
  #cells;
  #cell;
  #hasFailed = false;
  /** @type {Map<number, () => void>} */
  #entering = new Map();

  /**
   * @param {Crowd} crowd
   * @param {Float64Array} cells
   * @param {number} cell the one in which this thread counts
   * @param {number} checked how many members of each room this thread has
   */
  constructor(crowd, cells, cell, checked) {
    this.#crowd = crowd;
    this.#cells = cells;
    this.#cell = cell;
    this.orders = Array.from({ length: crowd.rooms }, (_, room) => this.#newOrder(room, checked));
  }

  /**
   * Opens connections, so many at a time, and resolves when all are in their rooms.
   *
   * @param {readonly Seat[]} seats
   * @param {readonly string[]} tokens
   */
  async open(seats, tokens) {
    const waiting = [...seats].reverse();
    const lanes = Array.from({ length: Math.min(this.#crowd.atOnce, seats.length) }, async () => {
      for (let seat = waiting.pop(); seat && !this.#hasFailed; seat = waiting.pop()) {
        await this.#enter(seat, tokens[seat.index % tokens.length] ?? "");
      }
    });
    await Promise.all(lanes);
  }

  /** How far each room is known here, and a mark of the order it is known in. */
  standing() {
    return this.orders.map(({ count, fingerprint }) => ({ count, fingerprint }));
  }

  /** Connections that were not given all that somebody in their room was given. */
  get behind() {
    return this.connections.filter(({ place, order }) => place < order.count).length;
  }

  close() {
    for (const connection of this.connections) connection.close();
  }

  /** @param {Connection} connection */
  onIn(connection) {
    this.#entering.get(connection.index)?.();
    this.#entering.delete(connection.index);
  }

  /** @param {Connection} connection @param {number} from @param {number} to */
  onMessages(connection, from, to) {
    this.#cells[this.#cell] = (this.#cells[this.#cell] ?? 0) + to - from;
    if (connection.index % this.#crowd.timeEvery === 0) this.#time(connection.order, from, to);
    connection.sender?.onMessages(from, to);
    this.onDelivered();
  }

  /** @param {Connection} _connection @param {Error} error */
  onFailure(_connection, error) {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.onTrouble(error);
  }

  /** @param {RoomOrder} order @param {number} from @param {number} to */
  #time(order, from, to) {
    const since = this.#cells[TIMED_FROM] ?? 0;
    if (since === 0) return;
    const until = this.#cells[TIMED_UNTIL] ?? 0;
    const now = nowUs();
    for (let place = from; place < to; place++) {
      const due = order.dueAt(place);
      if (due >= since && due < until) this.delays.add(now - due);
    }
  }

  /** @param {number} room @param {number} checked how many members are checked against it */
  #newOrder(room, checked) {
    const { senders } = this.#crowd;
    return new RoomOrder(roomName(room), room * senders, senders, checked);
  }

  /** @param {Seat} seat @param {string} token @returns {Promise<void>} */
  #enter({ index, room }, token) {
    const { port, dialect, alsoJoin } = this.#crowd;
    const from = nowUs();
    return new Promise((resolve) => {
      this.#entering.set(index, () => {
        this.entries.add(nowUs() - from);
        resolve();
      });
      const spoken = /** @type {import("./dialects.mjs").Spoken} */ (DIALECTS[dialect]);
      const shared = spoken.hasNoOrder === true ? undefined : this.orders[room];
      const order = shared ?? this.#newOrder(room, 1);
      const name = roomName(room);
      this.connections.push(
        new Connection({ index, port, room: name, order, token, dialect: spoken, alsoJoin, listener: this }),
      );
    });
  }
}

/** @param {number} room */
export function roomName(room) {
  return `r${room}`;
}
