import type { RoomView, ViewMessage } from "@natter/sdk";
import type { Page } from "@playwright/test";

/** A room on a page that a test moves by hand, as `window.handMoved`. */
export interface HandMovedRoom {
  /** Makes one message of somebody; its text is as long as `n` says, and begins with `message n `. */
  message(n: number, over?: Partial<ViewMessage>): ViewMessage;
  view(): RoomView;
  /** Shows something else. */
  show(over: Partial<RoomView>): void;
  /** Shows another text of one message. */
  edit(n: number, text: string): void;
  /** Somebody reacts, as the relay would tell of it. */
  react(n: number, emoji: string, by: { id: string; name: string }): void;
  /** What `older` brings, newest page first; a page that is missing fails. */
  pages: (ViewMessage[] | undefined)[];
}

declare global {
  interface Window {
    handMoved: HandMovedRoom;
  }
}

/** Gives the page's `<chat-room>` a room of messages `from` to `to`, without a relay. */
export async function moveByHand(page: Page, from: number, to: number): Promise<void> {
  await page.waitForFunction(() => customElements.get("chat-room"));
  await page.evaluate(
    ({ from, to }) => {
      const listeners = new Set<() => void>();
      const reacted = new Set<(event: unknown) => void>();
      const people = ["Ann", "Bo", "Cy"].map((name) => ({ id: name.toLowerCase(), name }));
      const ann = { id: "ann", name: "Ann" };
      let shown: RoomView = {
        room: "by-hand",
        status: "live",
        messages: [],
        gaps: [],
        pins: [],
        members: people,
        count: 3,
        typing: [],
        can: new Set(["read", "post", "react", "edit-own", "delete-own"]),
        settings: {},
        unread: 0,
        atBeginning: true,
      };
      const done = (): Promise<never> => Promise.resolve({ id: "x", seq: 1, at: 1 } as never);
      const room: HandMovedRoom = {
        pages: [],
        message: (n, over) => ({
          seq: n,
          at: Date.UTC(2026, 0, 1) + n * 40_000,
          id: `m${n}`,
          by: people[Math.floor(n / 3) % 3] ?? ann,
          text: `message ${n} ${"words and words ".repeat((n * 7) % 13)}`,
          mine: false,
          ...over,
        }),
        view: () => shown,
        show(over) {
          shown = { ...shown, ...over };
          for (const listener of listeners) listener();
        },
        edit(n, text) {
          const messages = shown.messages.map((one) => (one.seq === n ? { ...one, text } : one));
          room.show({ messages });
        },
        react(n, emoji, by) {
          const before = shown.messages.find(({ seq }) => seq === n)?.reactions?.[emoji];
          const count = (before?.count ?? 0) + 1;
          const mine = before?.mine ?? false;
          for (const listener of reacted)
            listener({ kind: "reaction", target: n, emoji, on: true, by, count });
          const messages = shown.messages.map((one) =>
            one.seq === n ? { ...one, reactions: { ...one.reactions, [emoji]: { count, mine } } } : one,
          );
          room.show({ messages });
        },
      };
      const numbers = Array.from({ length: to - from + 1 }, (_, at) => from + at);
      shown = { ...shown, messages: numbers.map((n) => room.message(n)) };
      const handle = {
        view: () => shown,
        subscribe(listener: () => void) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        on(name: string, listener: (event: unknown) => void) {
          if (name === "reaction") reacted.add(listener);
          return () => reacted.delete(listener);
        },
        async older() {
          await new Promise((answered) => setTimeout(answered, 30));
          if (room.pages.length === 0) return false;
          const page = room.pages.shift();
          if (!page) throw new Error("There is no answer.");
          room.show({ messages: [...page, ...shown.messages], atBeginning: room.pages.length === 0 });
          return room.pages.length > 0;
        },
        post: done,
        edit: done,
        delete: done,
        react: done,
        pin: done,
        retry: done,
        discard() {},
        typing() {},
        markRead() {},
        close() {},
      };
      window.handMoved = room;
      const element = document.querySelector("chat-room");
      if (element) element.roomHandle = handle as unknown as NonNullable<typeof element.roomHandle>;
    },
    { from, to },
  );
}

/** How far below the upper edge of the list a message stands, in px; its bubble, which is what is read. */
export async function offsetOf(page: Page, n: number): Promise<number> {
  return page.evaluate(async (n) => {
    const drawn = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
    // Changes are drawn at a pace, and sizes are seen after the frame in which they changed.
    await new Promise((done) => setTimeout(done, 80));
    await drawn();
    await drawn();
    const list = document.querySelector("chat-room")?.shadowRoot?.querySelector("chat-messages")?.shadowRoot;
    const log = list?.querySelector("[role=log]");
    const bubble = [...(list?.querySelectorAll("article") ?? [])]
      .find((article) => article.textContent.includes(`message ${n} `))
      ?.querySelector("[part~=bubble]");
    if (!log || !bubble) return Number.NaN;
    return bubble.getBoundingClientRect().top - log.getBoundingClientRect().top;
  }, n);
}
