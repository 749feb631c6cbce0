import { connect, memoryStorage, type Chat, type Room } from "@natter/sdk";
import type { Message } from "@natter/sdk/protocol";
import jwt from "jsonwebtoken";
import { WebSocket } from "ws";
import { RelayProcess } from "../support/relay-process.ts";

/** What a run came to. */
export interface KillReport {
  kills: number;
  acked: number;
  stored: number;
  /** Acknowledged and not in the log. */
  lost: string[];
  /** In the log more than once. */
  doubled: string[];
  /** Told or stored out of order. */
  disordered: string[];
  /** Messages that readers were told live or by recovery. */
  told: number;
  /** Stored and never told to a reader, who was told of no gap either. */
  missed: string[];
}

const SECRET = "a-secret-of-the-kill-loop-0123456789abcdef";
const ROOMS = ["one", "two", "three", "four"];

/** Rates out of the way: the loop is about loss, not about patience. */
const ENV = {
  NATTER_SECRET: SECRET,
  NATTER_LOG_LEVEL: "error",
  NATTER_POSTS_PER_SECOND: "100000",
  NATTER_POSTS_BURST: "100000",
  NATTER_PACKETS_PER_SECOND: "100000",
  NATTER_PACKETS_BURST: "100000",
  NATTER_REPLAY_EVENTS: "100000",
};

/**
 * Kills a relay with SIGKILL every second under posters and readers, all of them real clients, and then holds
 * what everybody was told against what the log holds.
 */
export async function killLoop(seconds: number, people: number): Promise<KillReport> {
  const relay = await RelayProcess.start({ args: [], env: ENV });
  try {
    return await run(relay, seconds, people);
  } finally {
    await relay.close();
  }
}

async function run(relay: RelayProcess, seconds: number, people: number): Promise<KillReport> {
  const posters = Array.from(
    { length: people },
    (_, at) => new Poster(relay.url, `poster-${at}`, roomOf(at)),
  );
  const readers = Array.from(
    { length: people },
    (_, at) => new Reader(relay.url, `reader-${at}`, roomOf(at)),
  );
  await Promise.all([...posters, ...readers].map((each) => each.ready()));
  for (const poster of posters) poster.start();
  let kills = 0;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; kills++) {
    await pause(1000);
    await relay.restart("SIGKILL");
  }
  await Promise.all(posters.map((poster) => poster.finish()));
  const logs = new Map<string, Message[]>();
  for (const room of ROOMS) logs.set(room, await wholeLog(relay.url, room));
  await Promise.all(readers.map((reader) => reader.caughtUp(logs.get(reader.room)?.at(-1)?.seq ?? 0)));
  for (const each of [...posters, ...readers]) each.close();
  return report(kills, posters, readers, logs);
}

function report(
  kills: number,
  posters: readonly Poster[],
  readers: readonly Reader[],
  logs: ReadonlyMap<string, readonly Message[]>,
): KillReport {
  const texts = [...logs.values()].flat().map((message) => message.text);
  const held = new Set(texts);
  const acked = posters.flatMap((poster) => poster.acked);
  return {
    kills,
    acked: acked.length,
    stored: texts.length,
    lost: acked.filter((text) => !held.has(text)),
    doubled: texts.filter((text, at) => texts.indexOf(text) !== at),
    disordered: [
      ...posters.flatMap((poster) => poster.disorder(logs.get(poster.room) ?? [])),
      ...readers.flatMap((reader) => reader.disorder()),
    ],
    told: readers.reduce((sum, reader) => sum + reader.told.length, 0),
    missed: readers.flatMap((reader) => reader.missed(logs.get(reader.room) ?? [])),
  };
}

/** A real client in one room. */
class Client {
  readonly room: string;
  protected readonly handle: Room;
  readonly #chat: Chat;

  constructor(url: string, sub: string, room: string) {
    const token = (): string => jwt.sign({ sub }, SECRET, { expiresIn: "1h" });
    this.#chat = connect({ relay: url, token, WebSocket, storage: memoryStorage() });
    this.room = room;
    this.handle = this.#chat.room(room);
  }

  async ready(): Promise<void> {
    await until(() => this.handle.view().status === "live");
  }

  close(): void {
    this.#chat.close();
  }
}

class Poster extends Client {
  readonly acked: string[] = [];
  readonly #sub: string;
  #isOver = false;
  #work: Promise<void> = Promise.resolve();

  constructor(url: string, sub: string, room: string) {
    super(url, sub, room);
    this.#sub = sub;
  }

  start(): void {
    this.#work = this.#post();
  }

  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  /** This poster's messages that the log does not hold in the order in which they were written. */
  disorder(log: readonly Message[]): string[] {
    const own = log.filter((message) => message.by.id === this.#sub).map((message) => message.text);
    return own.filter((text, at) => at > 0 && numberOf(text) <= numberOf(own[at - 1] ?? ""));
  }

  async #post(): Promise<void> {
    for (let number = 1; !this.#isOver; number++) {
      const text = `${this.#sub} ${number}`;
      await this.handle.post(text);
      this.acked.push(text);
    }
  }
}

class Reader extends Client {
  readonly told: number[] = [];
  readonly #from: Promise<number>;
  #first = 0;

  constructor(url: string, sub: string, room: string) {
    super(url, sub, room);
    this.handle.on("message", (message) => this.told.push(message.seq));
    this.#from = this.ready().then(() => this.handle.view().messages.at(-1)?.seq ?? 0);
  }

  /** Resolves when this reader was told the message at `seq`; it may need to reconnect first. */
  async caughtUp(seq: number): Promise<void> {
    this.#first = await this.#from;
    await until(() => (this.told.at(-1) ?? 0) >= seq);
  }

  disorder(): string[] {
    return this.told
      .filter((seq, at) => at > 0 && seq <= (this.told[at - 1] ?? 0))
      .map((seq) => `${this.room} ${seq}`);
  }

  missed(log: readonly Message[]): string[] {
    const told = new Set(this.told);
    const gaps = this.handle.view().gaps.length;
    if (gaps > 0) return [`${gaps} gaps in ${this.room}`];
    return log
      .filter(({ seq }) => seq > this.#first && !told.has(seq))
      .map(({ seq }) => `${this.room} ${seq}`);
  }
}

/** Every message of a room, read page by page over a plain connection. */
async function wholeLog(url: string, room: string): Promise<Message[]> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/socket`, "natter.v1");
  await new Promise((opened) => void socket.once("open", opened));
  socket.send(
    JSON.stringify([{ type: "hello", token: jwt.sign({ sub: "auditor" }, SECRET, { expiresIn: "1h" }) }]),
  );
  const messages: Message[] = [];
  for (let more = true; more;) {
    const before = messages[0]?.seq;
    const page = await ask(socket, {
      type: "history",
      ref: messages.length,
      room,
      limit: 200,
      ...(before && { before }),
    });
    messages.unshift(...page.messages);
    ({ more } = page);
  }
  socket.terminate();
  return messages;
}

function ask(
  socket: WebSocket,
  packet: { ref: number; [field: string]: unknown },
): Promise<{ messages: Message[]; more: boolean }> {
  return new Promise((resolve) => {
    const onMessage = (data: Buffer): void => {
      const packets = JSON.parse(data.toString()) as {
        type: string;
        ref?: number;
        messages: Message[];
        more: boolean;
      }[];
      const answer = packets.find(({ type, ref }) => type === "ok" && ref === packet.ref);
      if (!answer) return;
      socket.off("message", onMessage);
      resolve(answer);
    };
    socket.on("message", onMessage);
    socket.send(JSON.stringify([packet]));
  });
}

function roomOf(at: number): string {
  return ROOMS[at % ROOMS.length] ?? "one";
}

function numberOf(text: string): number {
  return Number(text.split(" ")[1]);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => void setTimeout(done, ms));
}

async function until(test: () => boolean, limitMs = 60_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!test()) {
    if (Date.now() > end) throw new Error("What was waited for did not come.");
    await pause(10);
  }
}
