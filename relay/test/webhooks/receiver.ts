import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { readWebhookSecret } from "../../src/webhooks/signature.ts";

/** What arrived, as far as tests look at it. */
export interface Delivered {
  id: string;
  type: string;
  room: string;
  text: string | undefined;
  seq: number | undefined;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** Answers a request; 200 with nothing unless a test has something else in mind. */
export type Answer = (response: ServerResponse, delivered: Delivered, request: IncomingMessage) => void;

/** A server that takes webhooks, checks each signature, and behaves as a test wants. */
export class Receiver {
  readonly secret: string;
  readonly delivered: Delivered[] = [];
  /** Requests whose signature was wrong. */
  forged = 0;
  answer: Answer = (response) => response.end();
  #server: Server | undefined;
  #port = 0;
  readonly #tls: { key: string; cert: string } | undefined;

  /** @param tls key and certificate as PEM, for https */
  constructor({
    secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`,
    tls,
  }: { secret?: string; tls?: { key: string; cert: string } } = {}) {
    this.secret = secret;
    this.#tls = tls;
  }

  get url(): string {
    return this.urlAt("127.0.0.1");
  }

  /** Its address by another name of this machine. */
  urlAt(host: string): string {
    return `${this.#tls ? "https" : "http"}://${host}:${this.#port}/hook?key=hidden`;
  }

  /** The texts of the messages that were taken, without repeats. */
  texts(room?: string): string[] {
    const seen = new Set<string>();
    return this.delivered.flatMap(({ id, text, room: of }) => {
      if (seen.has(id) || text === undefined || (room !== undefined && of !== room)) return [];
      seen.add(id);
      return [text];
    });
  }

  /** Listens; on the same port as before, if there was one. */
  async open(): Promise<this> {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#onRequest(request, response);
    const server = this.#tls ? createTlsServer(this.#tls, answer) : createServer(answer);
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    if (!this.#isOurs(request, text)) this.forged++;
    const body = JSON.parse(text) as Delivered["body"];
    const { event, room } = body.data as { event?: { text?: string; seq: number }; room: string };
    const id = String(request.headers["webhook-id"]);
    const delivered = { id, type: body.type, room, text: event?.text, seq: event?.seq, body };
    this.delivered.push(delivered);
    this.answer(response, delivered, request);
  }

  #isOurs({ headers }: IncomingMessage, body: string): boolean {
    const key = readWebhookSecret(this.secret) as Buffer;
    const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
    const expected = Buffer.from(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
    return String(headers["webhook-signature"])
      .split(" ")
      .some((given) => given.length === expected.length && timingSafeEqual(Buffer.from(given), expected));
  }
}
