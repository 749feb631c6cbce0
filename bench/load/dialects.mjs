// What is said to each kind of server, and what it says while somebody comes in.

/**
 * @typedef {object} Dialect
 * @property {(room: string, token: string) => string} path of the request that is upgraded
 * @property {(room: string, token: string, alsoJoin: number) => string[]} opening frames sent at once after the upgrade
 * @property {(payload: string, room: string, alsoJoin: number) => string[] | "in" | undefined} onEntering a frame that came before the
 *   connection was in its room: what to answer, or that it is in now. Absent where the upgrade is all there is.
 * @property {(room: string, id: string, text: string) => string} post
 * @property {readonly [string, string]} heartbeat what it asks, and the answer
 * @property {boolean} hasNoOrder true where members of a room may be given what different people say in different
 *   orders; each sender's own order is checked all the same
 */

/** Whatever a server does not need is left out. @typedef {Partial<Dialect> & Pick<Dialect, "path" | "post">} Spoken */

/** @type {Record<string, Spoken>} */
export const DIALECTS = {
  natter: {
    path: () => "/v1/socket",
    opening: (room, token, alsoJoin) => {
      const rooms = [room, ...Array.from({ length: alsoJoin }, (_, at) => `${room}-${at}`)];
      const joins = rooms.map((name, at) => ({ type: "join", ref: at + 1, room: name, limit: 0 }));
      return [JSON.stringify([{ type: "hello", token }, ...joins])];
    },
    onEntering: (payload, _room, alsoJoin) => {
      for (const packet of JSON.parse(payload)) {
        if (packet.type === "error") throw new Error(`The relay refused: ${packet.message}`);
        if (packet.type === "ok" && packet.ref === alsoJoin + 1) return "in";
      }
      return undefined;
    },
    post: (room, id, text) => `[{"type":"post","ref":2,"room":"${room}","id":"${id}","text":"${text}"}]`,
    heartbeat: ["[]", "[]"],
  },
  plain: {
    path: (room) => `/ws?room=${room}`,
    post: (_room, _id, text) => `{"message":"${text}"}`,
  },
  "plain-token": {
    path: (room, token) => `/ws?room=${room}&token=${token}`,
    post: (_room, _id, text) => `{"message":"${text}"}`,
  },
  socketio: {
    path: () => "/socket.io/?EIO=4&transport=websocket",
    onEntering: (payload, room) => {
      if (payload.startsWith("0")) return ["40"];
      if (payload.startsWith("40")) return [`42["join","${room}"]`];
      return payload.startsWith('42["joined"') ? "in" : undefined;
    },
    post: (_room, _id, text) => `42["message",{"message":"${text}"}]`,
    heartbeat: ["2", "3"],
  },
  channels: {
    hasNoOrder: true,
    path: (room) => `/ws/chat/${room}/`,
    post: (_room, _id, text) => `{"message":"${text}"}`,
  },
};
