import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { pause, until } from "../support/until.ts";

/** One side of a connection, with what happened to it. */
class Side {
  text = "";
  events: string[] = [];
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => (this.text += bytes.toString()));
    socket.on("end", () => this.events.push("end"));
    socket.on("error", (error: NodeJS.ErrnoException) => this.events.push(error.code ?? error.message));
    socket.on("close", () => this.events.push("close"));
  }

  reads(text: string): Promise<void> {
    return until(() => this.text === text);
  }

  ends(...events: string[]): Promise<void> {
    return until(() => events.every((event) => this.events.includes(event)));
  }
}

const accepted: Side[] = [];
const dialed: Side[] = [];
let behind: ReturnType<typeof createServer>;
let proxy: TcpProxy;

beforeEach(async () => {
  behind = createServer((socket) => accepted.push(new Side(socket)));
  await new Promise<void>((resolve) => void behind.listen(0, "127.0.0.1", resolve));
  proxy = await TcpProxy.start({ host: "127.0.0.1", port: (behind.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const { socket } of [...accepted.splice(0), ...dialed.splice(0)]) socket.destroy();
  await proxy.close();
  await new Promise((resolve) => void behind.close(resolve));
});

/** A client and the server's side of its connection. */
async function dial(): Promise<[client: Side, server: Side]> {
  const client = new Side(connect({ host: proxy.host, port: proxy.port }));
  dialed.push(client);
  const before = accepted.length;
  await until(() => accepted.length > before);
  return [client, accepted[before] as Side];
}

test("passes bytes both ways, and an end as an end", async () => {
  const [client, server] = await dial();
  client.socket.write("up");
  server.socket.write("down");
  await Promise.all([server.reads("up"), client.reads("down")]);
  expect(proxy.connections[0]?.passedBytes("up")).toBe(2);
  expect(proxy.connections[0]?.passedBytes("down")).toBe(4);
  client.socket.end("last");
  await server.ends("end", "close");
  expect(server.text).toBe("uplast");
  await until(() => proxy.connections.length === 0);
  expect(proxy.count).toBe(1);
});

test("passes a reset as a reset", async () => {
  const [client, server] = await dial();
  server.socket.resetAndDestroy();
  await client.ends("ECONNRESET", "close");
});

test("cuts with an end to both, and resets with a reset to both", async () => {
  const [client, server] = await dial();
  proxy.cut();
  await Promise.all([client.ends("end", "close"), server.ends("end", "close")]);
  expect([...client.events, ...server.events]).not.toContain("ECONNRESET");
  const [another, itsServer] = await dial();
  proxy.reset();
  await Promise.all([another.ends("ECONNRESET"), itsServer.ends("ECONNRESET")]);
});

test("ends in the midst of what passes, at the byte that was named", async () => {
  proxy.onConnection = (connection, before) => connection.endAfter(4, before === 0 ? "up" : "down");
  const [client, server] = await dial();
  client.socket.write("abcdefg");
  await Promise.all([client.ends("close"), server.ends("close")]);
  expect(server.text).toBe("abcd");
  const [another, itsServer] = await dial();
  itsServer.socket.write("abc");
  await another.reads("abc");
  itsServer.socket.write("defg");
  await Promise.all([another.ends("close"), itsServer.ends("close")]);
  expect(another.text).toBe("abcd");
});

test("ends every connection at a byte, old and new, until that is taken back", async () => {
  const [old] = await dial();
  proxy.endAfter(1, "up", "reset");
  old.socket.write("ab");
  await old.ends("ECONNRESET");
  const [client] = await dial();
  client.socket.write("ab");
  await client.ends("ECONNRESET");
  proxy.endAfter(Infinity, "up");
  const [last, itsServer] = await dial();
  last.socket.write("ab");
  await itsServer.reads("ab");
});

test("stalls one direction, keeps its end as well, and passes all of it when it resumes", async () => {
  const [client, server] = await dial();
  proxy.stall("down");
  client.socket.write("up");
  await server.reads("up");
  server.socket.end("down");
  await pause(50);
  expect([client.text, ...client.events]).toEqual([""]);
  proxy.resume("down");
  await client.ends("end");
  expect(client.text).toBe("down");
});

test("stalls new connections, too, and gives no more than buffers hold to who does not stop sending", async () => {
  proxy.stall();
  const [client, server] = await dial();
  const chunk = Buffer.alloc(1024 * 1024, "x");
  while (client.socket.writableLength < 4 * chunk.length) client.socket.write(chunk);
  await pause(50);
  expect(client.socket.writableLength).toBeGreaterThan(0);
  expect(server.text).toBe("");
  proxy.resume();
  await until(() => client.socket.writableLength === 0 && server.text.length === client.socket.bytesWritten);
});

test("discards one direction while the other passes", async () => {
  const [client, server] = await dial();
  proxy.discard("down");
  server.socket.write("never");
  client.socket.write("up");
  await server.reads("up");
  proxy.cut();
  await client.ends("end");
  expect(client.text).toBe("");
});

test("delays, and keeps the order when the delay is taken back", async () => {
  const [client, server] = await dial();
  proxy.delay(60);
  const from = performance.now();
  client.socket.write("a");
  await pause(20);
  proxy.delay(0);
  client.socket.write("b");
  await server.reads("ab");
  expect(performance.now() - from).toBeGreaterThan(55);
});

test("throttles to so many bytes a second", async () => {
  const [client, server] = await dial();
  proxy.throttle(1000);
  const from = performance.now();
  client.socket.write(Buffer.alloc(500, "x"));
  await until(() => server.text.length === 500);
  expect(performance.now() - from).toBeGreaterThan(200);
  client.socket.write(Buffer.alloc(100_000, "x"));
  proxy.throttle(Infinity);
  await until(() => server.text.length === 100_500);
});

test("refuses with a reset, and takes people in again", async () => {
  proxy.refuse();
  const client = new Side(connect({ host: proxy.host, port: proxy.port }));
  await client.ends("ECONNRESET");
  expect([accepted.length, proxy.count]).toEqual([0, 0]);
  proxy.refuse(false);
  const [another, server] = await dial();
  another.socket.write("in");
  await server.reads("in");
});

test("resets who connects when there is nobody behind it", async () => {
  await new Promise((resolve) => void behind.close(resolve));
  const client = new Side(connect({ host: proxy.host, port: proxy.port }));
  await client.ends("ECONNRESET");
  await new Promise<void>((resolve) => void behind.listen(0, resolve));
});
