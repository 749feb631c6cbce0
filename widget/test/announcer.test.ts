import { describe, expect, it } from "vitest";
import { Announcements, SPOKEN_LENGTH, type Phrase } from "../src/announcer.ts";

const phrase: Phrase = (news) =>
  news.length === 1 ? `${news[0]?.name}: ${news[0]?.text}` : `${news.length} new messages`;

function room() {
  const said: string[] = [];
  const due: (() => void)[] = [];
  const announcements = new Announcements(
    (sentence) => said.push(sentence),
    (_ms, run) => due.push(run),
  );
  const pass = (): void => due.splice(0).forEach((run) => run());
  return { said, pass, due, announcements };
}

describe("announcements", () => {
  it("speak one message by name and text", () => {
    const { said, pass, announcements } = room();
    announcements.add({ name: "Ann", text: "hello" }, phrase);
    pass();
    expect(said).toEqual(["Ann: hello"]);
  });

  it("speak many at once as a number, once a second at most", () => {
    const { said, pass, due, announcements } = room();
    for (let n = 0; n < 7; n++) announcements.add({ name: "Ann", text: "hello" }, phrase);
    expect(due).toHaveLength(1);
    pass();
    expect(said).toEqual(["7 new messages"]);
    pass();
    expect(said).toHaveLength(1);
  });

  it("begin anew after each time", () => {
    const { said, pass, announcements } = room();
    announcements.add({ name: "Ann", text: "one" }, phrase);
    pass();
    announcements.add({ name: "Bo", text: "two" }, phrase);
    pass();
    expect(said).toEqual(["Ann: one", "Bo: two"]);
  });

  it("cut a long text between characters", () => {
    const { said, pass, announcements } = room();
    announcements.add({ name: "Ann", text: "😀".repeat(300) }, phrase);
    pass();
    expect(said[0]).toBe(`Ann: ${"😀".repeat(SPOKEN_LENGTH)}…`);
  });
});
