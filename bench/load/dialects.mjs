// What is said to each kind of server, and what it says while somebody comes in.

/**
 * @typedef {object} Dialect
 * @property {(room: string, token: string) => string} path of the request that is upgraded
 * @property {(room: string, token: string) => string[]} opening frames sent at once after the upgrade
 * @property {(payload: string, room: string) => string[] | "in" | undefined} onEntering a frame that came before the
 *   connection was in its room: what to answer, or that it is in now. Absent where the upgrade is all there is.
 * @property {(room: string, id: string, text: string) => string} post
 * @property {readonly [string, string]} heartbeat what it asks, and the answer
 */

/** Whatever a server does not need is left out. @typedef {Partial<Dialect> & Pick<Dialect, "path" | "post">} Spoken */

/** @type {Record<string, Spoken>} */
export const DIALECTS = {
  natter: {
    path: () => "/v1/socket",
    opening: (room, token) => [
      JSON.stringify([
        { type: "hello", token },
        { type: "join", ref: 1, room, limit: 0 },
      ]),
    ],
    onEntering: (payload) => {
      for (const packet of JSON.parse(payload)) {
        if (packet.type === "error") throw new Error(`The relay refused: ${packet.message}`);
        if (packet.type === "ok" && packet.ref === 1) return "in";
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
    path: (room) => `/ws/chat/${room}/`,
    post: (_room, _id, text) => `{"message":"${text}"}`,
  },
};
