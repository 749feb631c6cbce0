import { describe, expect, it } from "vitest";
import { callable, emojiAt, offerAt } from "../../src/composer/offer.ts";
import { nameFinder } from "../../src/markup/names.ts";
import { message } from "../support/messages.ts";

const PEOPLE = ["Ann", "Ann Lindqvist", "José", "김민수", "佐藤健二", "نور الهدى", "Mary Anning", "R2: D2"];
const people = () => PEOPLE.map((name, at) => ({ id: `u${at}`, name }));

/** What is offered where `|` is. */
function offered(marked: string): string[] {
  const caret = marked.indexOf("|");
  const offer = offerAt(marked.replace("|", ""), caret, people);
  return offer?.choices.map(({ label }) => label) ?? [];
}

/** The text when the first choice is taken where `|` is. */
function completed(marked: string): string {
  const caret = marked.indexOf("|");
  const text = marked.replace("|", "");
  const offer = offerAt(text, caret, people);
  if (!offer) return text;
  return text.slice(0, offer.from) + (offer.choices[0]?.text ?? "") + text.slice(offer.to);
}

describe("names", () => {
  it("are offered after an @, beginnings before later words, at most five", () => {
    expect(offered("@|")).toEqual(PEOPLE.slice(0, 5));
    expect(offered("hi @ann|")).toEqual(["Ann", "Ann Lindqvist", "Mary Anning"]);
    expect(offered("hi @Ann L|")).toEqual(["Ann Lindqvist"]);
    expect(offered("@r2:|")).toEqual(["R2: D2"]);
  });

  it("are found without their accents, and in unfinished Hangul", () => {
    expect(offered("@jose|")).toEqual(["José"]);
    expect(offered("@ㄱ|")).toEqual(["김민수"]);
    expect(offered("@김미|")).toEqual(["김민수"]);
    expect(offered("@佐|")).toEqual(["佐藤健二"]);
    expect(offered("＠نور|")).toEqual(["نور الهدى"]);
  });

  it("are not offered in a word, an address, another line, or once they are whole", () => {
    for (const text of ["ann@a|", "@ann|a", "@\nann|", "@ann lindqvist|", "@nobody|", "ann|"])
      expect(offered(text), text).toEqual([]);
    expect(offered("안녕@ann|").length).toBe(3);
  });

  it("stand in the text as the list reads them", () => {
    expect(completed("hi @jo|")).toBe("hi @José ");
    expect(completed("hi @jo|, all")).toBe("hi @José , all");
    expect(completed("hi @jo| and all")).toBe("hi @José and all");
    const text = completed("그래서 ＠김미|");
    expect(nameFinder(PEOPLE)(text, text.indexOf("@") + 1)).toBe("김민수".length);
  });

  it("are those of who spoke last, then of who else is here, and never one's own", () => {
    const by = (id: string, name: string) => ({ id, name });
    const messages = [
      message({ seq: 1, by: by("bo", "Bo") }),
      message({ seq: 2, by: by("me", "Mira"), mine: true }),
      message({ seq: 3, by: by("cy", "Cy") }),
      message({ seq: 4, by: by("bo", "Bo") }),
    ];
    const members = [by("me", "Mira"), by("cy", "Cyrus"), by("dee", "Dee")];
    const names = [...callable({ messages, members }, "me")].map(({ name }) => name);
    expect(names).toEqual(["Bo", "Cyrus", "Dee"]);
    expect([...callable({ messages, members: [] }, "me")].map(({ name }) => name)).toEqual(["Bo", "Cy"]);
  });
});

describe("emoji", () => {
  it("are offered after a colon and two signs", () => {
    expect(offered("so :smi|")).toEqual([":smile:", ":smirk:", ":sweat_smile:", ":slight_smile:"]);
    expect(offered(":+1|")).toEqual([":+1:"]);
    expect(completed("so :tad|")).toBe("so 🎉 ");
  });

  it("are not offered for times, addresses, or one letter", () => {
    for (const text of ["10:30|", "http://host:8080|", ":s|", "::smi|", "a:smi|", ":smile: x|"])
      expect(offered(text), text).toEqual([]);
  });

  it("take the place of their name when it is closed", () => {
    expect(emojiAt("so :tada:", 9)).toEqual({ from: 3, emoji: "🎉" });
    expect(emojiAt(":Fire:", 6)).toEqual({ from: 0, emoji: "🔥" });
    expect(emojiAt(":nothing:", 9)).toBeUndefined();
    expect(emojiAt("at 10:30:", 9)).toBeUndefined();
  });
});
