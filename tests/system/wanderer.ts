import { RawClient, tokenFor, type Packet } from "../support/raw-client.ts";
import { pause } from "../support/until.ts";

/** A reader with nothing but the wire, who comes back with the place they had each time the line is lost. */
export class Wanderer {
  /** The `seq` of every event that was told, in the order of telling. */
  readonly told: number[] = [];
  /** How the first join was answered, and then each that named a place. */
  readonly joins: Packet[] = [];
  readonly #url: string;
  readonly #sub: string;
  readonly #room: string;
  #client: RawClient | undefined;
  #isOver = false;

  constructor(url: string, sub: string, room: string) {
    this.#url = url;
    this.#sub = sub;
    this.#room = room;
  }

  /** Where this reader is in the log. */
  get seq(): number {
    return this.told.at(-1) ?? Number(this.joins[0]?.["seq"]);
  }

  /** The newest event that has arrived, taken down or not. */
  get latest(): number {
    return Number(this.#client?.of("event").at(-1)?.["seq"] ?? this.joins.at(-1)?.["seq"]);
  }

  /** Comes in, and comes back, until {@link close}. */
  async wander(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#visit();
      } catch {
        // Not let in, or not answered in time by a relay that has its hands full: once more.
        this.#client?.terminate();
        await pause(50);
      }
    }
  }

  close(): void {
    this.#isOver = true;
    this.#client?.terminate();
  }

  /** Stays until the line is lost, and takes down what was told. */
  async #visit(): Promise<void> {
    const client = await RawClient.open(this.#url);
    this.#client = client;
    if (this.#isOver) return client.terminate();
    const epoch = this.joins[0]?.["epoch"];
    const since = epoch === undefined ? {} : { since: { epoch, seq: this.seq } };
    client.say(
      { type: "hello", token: tokenFor(this.#sub) },
      { type: "join", ref: 1, room: this.#room, ...since },
    );
    const joined = await client.next("ok");
    this.joins.push(joined);
    await client.closed;
    const replayed = (joined["events"] ?? []) as Packet[];
    for (const { seq } of [...replayed, ...client.of("event")]) this.told.push(Number(seq));
  }
}
