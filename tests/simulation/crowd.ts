import { Browser, type Person, type World } from "./browser.ts";

const OPEN = { lobby: "member", "한국어 방": "member" } as const;

const PEOPLE: readonly Person[] = [
  { user: "ann", device: "ann-phone", rooms: { ...OPEN, lobby: "moderator" } },
  { user: "ann", device: "ann-laptop", rooms: { ...OPEN, lobby: "moderator" } },
  { user: "bo", device: "bo", rooms: { ...OPEN, staff: "member" } },
  { user: "cy", device: "cy", rooms: { ...OPEN, staff: "reader" } },
  { user: "di", device: "di", rooms: OPEN },
  { user: "ed", device: "ed", rooms: { lobby: "reader" } },
];

/** The rooms of every run. */
export const ROOMS = ["lobby", "한국어 방", "staff"];

const RULINGS = ["kick", "mute", "unmute", "ban", "unban"] as const;

/** Six devices of five users, and what they do as long as there is a storm: to the rooms, and to their own lines. */
export class Crowd {
  readonly browsers: readonly Browser[];
  readonly #world: World;
  readonly #isStorm: () => boolean;

  constructor(world: World, isStorm: () => boolean) {
    this.#world = world;
    this.#isStorm = isStorm;
    this.browsers = PEOPLE.map((person) => new Browser(world, person));
  }

  /** Everybody begins to live. */
  begin(): void {
    const { time, random } = this.#world;
    for (const browser of this.browsers) time.after(random.whole(0, 1000), () => this.#live(browser));
  }

  /** Something happens to somebody's line, page or clock. */
  hitLine(): void {
    const { random, time } = this.#world;
    const browser = random.pick(this.browsers);
    const { line } = browser;
    random.pick([
      () => line?.cut(),
      () => line?.cutAfter(random.pick(["toClient", "toRelay"]), random.whole(1, 400)),
      () => line?.cutAfter(random.pick(["toClient", "toRelay"]), random.whole(1, 4000)),
      () => line?.freeze(random.whole(100, 30_000)),
      () => browser.setSlow(random.oneIn(2)),
      () => browser.reload(),
      () => browser.jump(random.whole(-120_000, 120_000)),
      () => {
        browser.setOnline(false);
        time.after(random.whole(100, 15_000), () => browser.setOnline(true));
      },
      () => {
        for (const each of this.browsers) each.line?.cut();
      },
    ])();
  }

  /** The storm is over: everybody has a good line and their rights. */
  calm(): void {
    for (const browser of this.browsers) {
      browser.setOnline(true);
      browser.setSlow(false);
      browser.renew(browser.person.rooms);
    }
  }

  /** Whoever was removed or trespassed comes back, where they may; and later everybody reads what is older. */
  gather(): void {
    const { time, random } = this.#world;
    for (const browser of this.browsers) {
      if (browser.views().some((view) => view.status === "removed")) browser.reload();
    }
    // Nobody leaves any more, so that what is wrong about it shows.
    for (const browser of this.browsers) {
      for (const room of Object.keys(browser.person.rooms)) {
        time.after(random.whole(10_000, 30_000), () => browser.older(room));
      }
    }
  }

  #live(browser: Browser): void {
    if (!this.#isStorm()) return;
    const { random, time } = this.#world;
    const rooms = Object.keys(browser.person.rooms);
    const room = random.pick(rooms);
    const writes = browser.person.rooms[room] !== "reader";
    random.pick([
      () => writes && browser.post(room),
      () => writes && browser.post(room),
      () => writes && browser.post(room),
      () => writes && browser.touch(room),
      () => browser.fidget(room),
      () => random.oneIn(6) && browser.trespass(random.pick(ROOMS)),
      () =>
        random.oneIn(2) &&
        browser.person.user === "ann" &&
        browser.moderate("lobby", random.pick(["bo", "di"]), random.pick(RULINGS)),
      () => random.oneIn(3) && browser.renew(),
      () => random.oneIn(3) && browser.rejoin(),
      () => {
        if (writes) for (let i = random.whole(1, 20); i > 0; i--) browser.post(room);
      },
    ])();
    time.after(random.oneIn(5) ? random.whole(1000, 4000) : random.whole(10, 800), () => this.#live(browser));
  }
}
