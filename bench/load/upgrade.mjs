/** The request by which a connection becomes a WebSocket. @param {string} path @param {number} port */
export function upgradeRequest(path, port) {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: bmF0dGVyLWJlbmNoLWxvYQ==",
    `Origin: http://127.0.0.1:${port}`,
    "",
    "",
  ].join("\r\n");
}
