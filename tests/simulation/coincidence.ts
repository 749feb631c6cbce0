import type { ClientPacket } from "@natter/sdk/protocol";
import type { Browser, World } from "./browser.ts";

/** What coincidences need of the world beside its people. */
export interface CoincidenceParts extends World {
  browsers: readonly Browser[];
  /** Makes what the relay's disk is given, or asked, take long for a while. */
  slowWrites: (ms: number) => void;
  slowReads: (ms: number) => void;
  isStorm: () => boolean;
}

const ROOM = "lobby";

/** Who is moderated there: each has one device. */
const SUBJECTS = ["bo", "di"];

/**
 * What chance would bring together once in a thousand runs, brought together: somebody is banned while they come
 * in, muted between a message and its repetition, loses a right while they are being told what it opens, or hears
 * nothing while everybody talks.
 */
export class Coincidences {
  readonly #parts: CoincidenceParts;

  constructor(parts: CoincidenceParts) {
    this.#parts = parts;
  }

  /** A packet has reached the relay. */
  arrived(browser: Browser, packet: ClientPacket): void {
    if (!this.#parts.isStorm()) return;
    if (packet.type === "join" && packet.room === ROOM) this.#banOnArrival(browser.person.user);
    if (packet.type === "history" && packet.before) this.#touchOlder(packet.room, packet.before);
  }

  /** One of them, now. */
  happen(): void {
    const { random } = this.#parts;
    if (random.oneIn(10)) this.#swamp();
    else random.pick([() => this.#doubt(), () => this.#doubt(), () => this.#revoke()])();
  }

  #banOnArrival(user: string): void {
    const { random } = this.#parts;
    if (!SUBJECTS.includes(user) || !random.oneIn(5)) return;
    this.#moderator()?.moderate(ROOM, user, random.pick(["ban", "ban", "kick"]));
  }

  /** Something on a page changes while the page is being read. */
  #touchOlder(room: string, before: number): void {
    const { random, slowReads, browsers } = this.#parts;
    if (!random.oneIn(2)) return;
    slowReads(1);
    const writers = browsers.filter(({ person }) =>
      ["member", "moderator"].includes(person.rooms[room] ?? ""),
    );
    random.pick(writers).touch(room, before);
  }

  /** A message is on its way to a slow disk; before that is done its author is restrained, and repeats it. */
  #doubt(): void {
    const { random, time, slowWrites, slowReads } = this.#parts;
    const author = this.#subject();
    const restrain = random.pick([
      () => this.#moderator()?.moderate(ROOM, author.person.user, "mute"),
      () => this.#configure({ locked: true }, { locked: false }),
      () => this.#configure({ slowMode: 2 }, { slowMode: 0 }),
      () => this.#demote(author),
    ]);
    slowWrites(1200);
    slowReads(1200);
    time.after(random.whole(0, 400), restrain);
    time.after(random.whole(0, 600), () => author.post(ROOM));
    time.after(random.whole(200, 900), () => author.reconnect());
  }

  /** A right goes while its holder comes in, or reads what is older. */
  #revoke(): void {
    const { random, time, slowReads } = this.#parts;
    const browser = random.pick(this.#parts.browsers.filter(({ person }) => person.user !== "ann"));
    const room = random.pick(Object.keys(browser.person.rooms));
    const { [room]: _, ...others } = browser.person.rooms;
    slowReads(500);
    random.pick([() => browser.older(room), () => browser.renew(), () => browser.reconnect()])();
    time.after(random.whole(0, 250), () => browser.renew(others));
    time.after(random.whole(500, 4000), () => browser.renew(browser.person.rooms));
  }

  /** More is said than is kept for a replay, while somebody's line moves nothing. */
  #swamp(): void {
    const { random, browsers } = this.#parts;
    const room = random.pick([ROOM, "한국어 방"]);
    const there = browsers.filter(({ person }) => room in person.rooms);
    const reader = random.pick(there);
    reader.line?.freeze(10_000);
    for (const browser of there) {
      if (browser === reader || browser.person.rooms[room] === "reader") continue;
      for (let n = 0; n < 20; n++) browser.post(room);
    }
  }

  #demote(browser: Browser): void {
    const { random, time } = this.#parts;
    browser.renew({ ...browser.person.rooms, [ROOM]: "reader" });
    time.after(random.whole(500, 3000), () => browser.renew(browser.person.rooms));
  }

  #configure(change: object, back: object): void {
    const { random, time } = this.#parts;
    this.#moderator()?.configure(ROOM, change);
    time.after(random.whole(500, 3000), () => this.#moderator()?.configure(ROOM, back));
  }

  #subject(): Browser {
    const { random, browsers } = this.#parts;
    const user = random.pick(SUBJECTS);
    return browsers.find(({ person }) => person.user === user) as Browser;
  }

  /** Ann, at whichever device has a line. */
  #moderator(): Browser | undefined {
    return this.#parts.browsers.find(({ person, line }) => person.user === "ann" && line);
  }
}
