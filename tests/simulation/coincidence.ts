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
    if (packet.type === "history" && packet.before) this.#touchOlder(packet.room, packet.before);
    if (!this.#parts.isStorm()) return;
    if (packet.type === "join" && packet.room === ROOM) this.#banOnArrival(browser.person.user);
  }

  /** One of them, now. */
  happen(): void {
    const { random } = this.#parts;
    random.pick([
      ...many(4, () => this.#doubt()),
      ...many(3, () => this.#revoke()),
      () => this.#swamp(),
      () => this.#returnMuted(),
    ])();
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
    slowReads(30);
    const writers = browsers.filter(({ person }) =>
      ["member", "moderator"].includes(person.rooms[room] ?? ""),
    );
    random.pick(writers).touch(room, before);
  }

  /** A message is on its way to a slow disk; before that is done its author is restrained, and repeats it. */
  #doubt(): void {
    const { random, time, slowWrites } = this.#parts;
    const author = this.#subject();
    // Each in the moments around the message that make its first try pass and its second one fail.
    const { restrain, at, repeatAfter } = random.pick([
      { restrain: () => this.#configure({ slowMode: 2 }, { slowMode: 0 }), at: 0, repeatAfter: 40 },
      { restrain: () => this.#demote(author), at: 501, repeatAfter: 40 },
      { restrain: () => this.#mute(author), at: random.whole(440, 490), repeatAfter: 200 },
      { restrain: () => this.#configure({ locked: true }, { locked: false }), at: 480, repeatAfter: 200 },
    ]);
    time.after(at, restrain);
    time.after(430, () => slowWrites(1200));
    time.after(500, () => author.post(ROOM));
    time.after(500 + repeatAfter + random.whole(0, 200), () => author.reconnect());
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
    const reader = random.pick(browsers.filter(({ person }) => room in person.rooms));
    reader.line?.freeze(10_000);
    this.#talk(room, reader, 20);
  }

  /**
   * A message is stored and its author never hears of it; they come back with a page that no longer shows it, and
   * are muted by then.
   */
  #returnMuted(): void {
    const { random, time, slowWrites } = this.#parts;
    const author = this.#subject();
    slowWrites(100);
    author.post(ROOM);
    time.after(40, () => {
      author.setOnline(false);
      author.reload();
      this.#talk(ROOM, author, 8);
    });
    time.after(1000, () => this.#mute(author));
    time.after(random.whole(2500, 4500), () => author.setOnline(true));
  }

  /** Everybody else who may write in a room does. */
  #talk(room: string, listener: Browser, count: number): void {
    for (const browser of this.#parts.browsers) {
      const role = browser.person.rooms[room];
      if (browser === listener || (role !== "member" && role !== "moderator")) continue;
      for (let n = 0; n < count; n++) browser.post(room);
    }
  }

  #mute({ person }: Browser): void {
    this.#moderator()?.moderate(ROOM, person.user, "mute");
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

function many<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item);
}
