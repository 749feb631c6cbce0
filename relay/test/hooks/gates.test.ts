import { describe, expect, test } from "vitest";
import type { Hooks, PostRequest } from "../../src/hooks/hooks.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

const post = (
  text: string,
  id = text.replaceAll(" ", "-"),
): { type: "post"; room: string; id: string; text: string } => ({
  type: "post",
  room: "lobby",
  id,
  text,
});

/** A relay with hooks, and a hook's failure in every way there is. */
const FAILURES: Record<string, () => never | Promise<never>> = {
  throws: () => {
    throw new RangeError("the secret words of ann");
  },
  rejects: () => Promise.reject(new Error("the secret words of ann")),
  hangs: () => new Promise<never>(() => {}),
  "talks nonsense": () => ({ text: 7, secret: "words" }) as never,
};

describe("[HOOK1] authorize is asked about who comes into a room", () => {
  test("a sentence keeps them out, and reading and writing from outside as well", async () => {
    const asked: unknown[] = [];
    const relay = new MemoryRelay({
      hooks: {
        authorize: (request) => {
          asked.push(request);
          return request.user.id === "ann" || { reject: "Members of the club only." };
        },
      },
    });
    const ann = await relay.join("ann", "lobby");
    expect(asked).toEqual([
      {
        app: "default",
        user: { id: "ann", name: "ann" },
        room: "lobby",
        verb: "read",
        can: expect.arrayContaining(["read", "post"]) as unknown,
        role: "member",
        at: "entry",
      },
    ]);
    const bob = await relay.enter("bob");
    const refused = { code: "forbidden", message: "Members of the club only." };
    expect(await bob.reply({ type: "join", room: "lobby" })).toMatchObject(refused);
    expect(await bob.reply(post("from outside"))).toMatchObject(refused);
    expect(await bob.reply({ type: "history", room: "lobby" })).toMatchObject(refused);
    expect(await bob.reply({ type: "members", room: "lobby" })).toMatchObject(refused);
    const before = asked.length;
    await ann.ask(post("inside"));
    expect(asked).toHaveLength(before);
    await relay.clock.settle();
    expect(ann.texts).toEqual(["inside"]);
  });

  test("a renewed token has it asked again, and who is refused leaves", async () => {
    let isWelcome = true;
    const at: string[] = [];
    const relay = new MemoryRelay({
      hooks: {
        authorize: (request) => {
          at.push(request.at);
          return isWelcome;
        },
      },
    });
    const ann = await relay.join("ann", "lobby");
    await ann.ask({ type: "token", token: relay.token({ id: "ann" }) });
    await relay.clock.settle();
    expect(ann.of("left")).toEqual([]);
    isWelcome = false;
    await ann.ask({ type: "token", token: relay.token({ id: "ann" }) });
    await relay.clock.settle();
    expect(ann.of("left")).toMatchObject([{ room: "lobby", code: "forbidden" }]);
    expect(at).toEqual(["entry", "renewal", "renewal"]);
  });

  test("who leaves while it is asked is not let in afterwards", async () => {
    let answer: (isWelcome: boolean) => void = () => {};
    const relay = new MemoryRelay({
      hooks: { authorize: () => new Promise<boolean>((resolve) => (answer = resolve)) },
    });
    const ann = await relay.enter("ann");
    ann.say({ type: "join", ref: 901, room: "lobby" }, { type: "leave", ref: 902, room: "lobby" });
    await relay.clock.settle();
    answer(true);
    await relay.clock.settle();
    expect(ann.of("error")).toMatchObject([{ ref: 901, code: "not-joined" }]);
    expect(relay.core.context.rooms.size).toBe(0);
  });

  test("a plain client is asked about, too", async () => {
    const relay = new MemoryRelay({ hooks: { authorize: () => ({ reject: "Not today." }) } });
    const plain = relay.plain("lobby", relay.token({ id: "ann" }));
    await relay.clock.settle();
    expect(plain.socket.closed).toMatchObject({ code: 4403, reason: "Not today." });
  });
});

describe("[HOOK2] beforePost takes, changes or refuses what is about to be stored", () => {
  async function lobby(beforePost: NonNullable<Hooks["beforePost"]>) {
    const relay = new MemoryRelay({ hooks: { beforePost } });
    const ann = await relay.join("ann", "lobby");
    const bob = await relay.join("bob", "lobby");
    return { relay, ann, bob };
  }

  test("its sentence is told with `rejected`, and nothing is stored", async () => {
    const { ann, bob, relay } = await lobby(({ text }) =>
      text === "spam" ? { reject: "No spam." } : undefined,
    );
    expect(await ann.reply(post("spam"))).toMatchObject({
      type: "error",
      code: "rejected",
      message: "No spam.",
    });
    expect(await ann.reply(post("ham"))).toMatchObject({ type: "ok", seq: 1 });
    await relay.clock.settle();
    expect(bob.texts).toEqual(["ham"]);
  });

  test("other words and data are stored in place of those that were said, for edits as well", async () => {
    const { ann, relay } = await lobby(({ text, edits }) =>
      edits === undefined ? { text: text.toUpperCase(), data: { seen: true } } : { text: `${text}!` },
    );
    const { seq } = (await ann.ask(post("hello"))) as unknown as { seq: number };
    await ann.ask({ type: "edit", room: "lobby", id: "e", target: seq, text: "bye" });
    await relay.clock.settle();
    expect(ann.of("event")).toMatchObject([
      { kind: "message", text: "HELLO", data: { seen: true } },
      { kind: "edit", text: "bye!" },
    ]);
  });

  test("it is not asked about what is stored already, nor about what may not be stored anyway", async () => {
    const asked: PostRequest[] = [];
    const { ann, relay } = await lobby((request) => void asked.push(request));
    ann.say({ ...post("once"), ref: 901 }, { ...post("once"), ref: 902 });
    await relay.clock.settle();
    expect(asked.map(({ id }) => id)).toEqual(["once"]);
    expect(ann.of("ok").filter(({ ref }) => ref > 900)).toMatchObject([
      { seq: 1 },
      { seq: 1, duplicate: true },
    ]);
    const reader = await relay.join({ id: "rea", rooms: { "*": "reader" } }, "lobby");
    expect(await reader.reply(post("not allowed"))).toMatchObject({ code: "forbidden" });
    expect(asked).toHaveLength(1);
  });

  test("what one user says in a room keeps its order, though answers come in another", async () => {
    const waiting: (() => void)[] = [];
    const { ann, relay } = await lobby(() => new Promise<void>((resolve) => waiting.push(resolve)));
    ann.say({ ...post("first"), ref: 901 }, { ...post("second"), ref: 902 });
    await relay.clock.settle();
    expect(waiting).toHaveLength(1);
    while (waiting.length > 0) {
      waiting.pop()?.();
      await relay.clock.settle();
    }
    expect(ann.texts).toEqual(["first", "second"]);
    expect(relay.core.context.posts.size).toBe(0);
  });

  test("who was muted while it was asked has said nothing", async () => {
    let answer = (): void => {};
    const { ann, relay } = await lobby(() => new Promise<void>((resolve) => (answer = resolve)));
    const mia = await relay.join({ id: "mia", rooms: { "*": "moderator" } }, "lobby");
    ann.say({ ...post("rude"), ref: 901 });
    await relay.clock.settle();
    await mia.ask({ type: "moderate", room: "lobby", id: "m", action: "mute", user: "ann" });
    answer();
    await relay.clock.settle();
    expect(ann.of("error")).toMatchObject([{ ref: 901, code: "muted" }]);
  });

  test("what a hook does to its copy changes nothing", async () => {
    const { ann, relay } = await lobby((request) => void Object.assign(request, { text: "mine" }));
    await ann.ask(post("hers"));
    await relay.clock.settle();
    expect(ann.texts).toEqual(["hers"]);
  });

  test("a plain client hears a refusal as the end of its connection", async () => {
    const { relay } = await lobby(({ text }) =>
      text === "spam" ? { reject: "No spam." } : { text: "other" },
    );
    const plain = relay.plain("lobby", relay.token({ id: "pat" }));
    await relay.clock.settle();
    plain.say('{"message":"hi"}');
    await relay.clock.settle();
    expect(plain.heard.join("")).toContain("other");
    plain.say('{"message":"spam"}');
    await relay.clock.settle();
    expect(plain.socket.closed).toMatchObject({ code: 4403, reason: "No spam." });
  });
});

describe("[HOOK3] a hook that fails is told once, without anybody's words, and its choice holds", () => {
  for (const [how, fail] of Object.entries(FAILURES)) {
    test(`beforePost ${how}`, async () => {
      for (const onFailure of ["allow", "refuse"] as const) {
        const relay = new MemoryRelay({ hooks: { beforePost: { call: fail, timeoutMs: 500, onFailure } } });
        const ann = await relay.join("ann", "lobby");
        ann.say({ ...post("words"), ref: 901 });
        await relay.clock.pass(501);
        if (onFailure === "allow") expect(ann.texts).toEqual(["words"]);
        else expect(ann.of("error")).toMatchObject([{ ref: 901, code: "unavailable" }]);
        expect(relay.log.entries.map(({ level }) => level)).toEqual(["error"]);
        expect(JSON.stringify(relay.log.entries)).not.toMatch(/words/);
        expect(relay.log.entries[0]?.message).toContain("hook beforePost");
      }
    });

    test(`authorize ${how}`, async () => {
      for (const onFailure of ["allow", "refuse"] as const) {
        const relay = new MemoryRelay({ hooks: { authorize: { call: fail, timeoutMs: 500, onFailure } } });
        const ann = await relay.enter("ann");
        ann.say({ type: "join", ref: 901, room: "lobby" });
        await relay.clock.pass(501);
        if (onFailure === "allow") expect(ann.of("ok")).toMatchObject([{ ref: 901, room: "lobby" }]);
        else expect(ann.of("error")).toMatchObject([{ ref: 901, code: "unavailable" }]);
        expect(relay.log.entries).toHaveLength(1);
      }
    });
  }

  test("failures that go on are told now and then, with their number", async () => {
    const relay = new MemoryRelay({ hooks: { beforePost: FAILURES["throws"] as () => never } });
    const ann = await relay.join("ann", "lobby");
    for (let nth = 0; nth < 20; nth++) await ann.reply(post(`p${nth}`));
    expect(relay.log.entries).toHaveLength(1);
    await relay.clock.pass(10_000);
    await ann.reply(post("later"));
    expect(relay.log.entries[1]?.fields).toMatchObject({ times: 20 });
  });

  test("answers that do not fit count as failures", async () => {
    const answers: unknown[] = [
      { text: "" },
      { text: "x".repeat(4001) },
      { text: "\ud800" },
      { data: [] },
      { data: { x: "y".repeat(5000) } },
      { reject: "" },
      { txt: "typo" },
      false,
      "no",
    ];
    for (const answer of answers) {
      const relay = new MemoryRelay({ hooks: { beforePost: () => answer as undefined } });
      const ann = await relay.join("ann", "lobby");
      expect(await ann.reply(post("hello"))).toMatchObject({ code: "unavailable" });
    }
  });
});

describe("[HOOK4] a relay without hooks asks nobody", () => {
  test("a post is handed to the log in the turn in which it was read", async () => {
    const relay = new MemoryRelay();
    const ann = await relay.join("ann", "lobby");
    ann.say({ ...post("now"), ref: 901 });
    // What the client said arrives with the turn; nothing but the append itself is waited for.
    expect(relay.core.context.gates.asks("beforePost", "default")).toBe(false);
    expect(relay.core.context.gates.asks("authorize", "default")).toBe(false);
    await relay.clock.settle();
    expect(ann.texts).toEqual(["now"]);
  });
});
