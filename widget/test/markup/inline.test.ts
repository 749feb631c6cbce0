import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInline, type Inline } from "../../src/markup/inline.ts";
import { nameFinder } from "../../src/markup/names.ts";

const NAMES = nameFinder(["Ann", "Ann Lee", "佐藤", "bo.b"]);

/** As short as it can be written: b[…] i[…] s[…] c[…] @[…] a[…]. */
function drawn(pieces: Inline[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if ("inside" in piece)
        return `${{ strong: "b", em: "i", strike: "s" }[piece.kind]}[${drawn(piece.inside)}]`;
      return `${{ code: "c", mention: "@", link: "a" }[piece.kind]}[${piece.text}]`;
    })
    .join("");
}

function read(text: string): string {
  return drawn(readInline(text, NAMES));
}

function textOf(pieces: Inline[]): string {
  return pieces
    .map((piece) =>
      typeof piece === "string" ? piece : "inside" in piece ? textOf(piece.inside) : piece.text,
    )
    .join("");
}

describe("marks", () => {
  it.each([
    ["**bold**", "b[bold]"],
    ["*it* and _it_", "i[it] and i[it]"],
    ["~~gone~~", "s[gone]"],
    ["`a*b*c`", "c[a*b*c]"],
    ["**bold *both* bold**", "b[bold i[both] bold]"],
    ["これは**強調**です", "これはb[強調]です"],
    ["2 * 3 * 4", "2 * 3 * 4"],
    ["2*3*4", "2*3*4"],
    ["snake_case_name", "snake_case_name"],
    ["** not bold **", "** not bold **"],
    ["*open", "*open"],
    ["**a *b** c*", "b[a *b] c*"],
    ["`open", "`open"],
    ["``", "``"],
    ["```one line```", "c[one line]"],
    ["*a **b*", "i[a **b]"],
    ["¯\\_(ツ)_/¯", "¯\\_(ツ)_/¯"],
  ])("reads %j as %j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe("mentions", () => {
  it.each([
    ["@Ann hi", "@[@Ann] hi"],
    ["hi @ann lee!", "hi @[@ann lee]!"],
    ["@Anna", "@Anna"],
    ["mail@Ann", "mail@Ann"],
    ["@佐藤 さん", "@[@佐藤] さん"],
    ["@佐藤さん", "@[@佐藤]さん"],
    ["@Ann님", "@[@Ann]님"],
    ["你好@Ann", "你好@[@Ann]"],
    ["@bo.b.", "@[@bo.b]."],
    ["@nobody", "@nobody"],
  ])("reads %j as %j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

const SIGNS = fc.string({
  unit: fc.constantFrom("*", "**", "_", "~~", "`", "@", "a", " ", "\n", "Ann", "https://a.b/", "(", ")"),
});

it("loses nothing but marks that have a partner, whatever the text", () => {
  fc.assert(
    fc.property(SIGNS, (text) => {
      const bare = (all: string): string => all.replace(/[*_~`]/g, "");
      expect(bare(textOf(readInline(text, NAMES)))).toBe(bare(text));
    }),
  );
});

it("takes time in proportion to the text, whatever the text is", () => {
  const evils = [
    "*",
    "**",
    "_",
    "*a ",
    "**a",
    "~~",
    "`",
    "`a",
    "@",
    "@Ann",
    "https://",
    "http://a",
    "(",
    ")",
  ];
  evils.push(
    "https://a.example/(",
    "a.",
    "https://a)",
    "a@",
    "a@a.",
    "a.b@",
    "*_**~~",
    "www.",
    "a@a-",
    "_a*b ",
  );
  for (const evil of evils) {
    const time = (length: number): number => {
      const text = evil.repeat(Math.ceil(length / evil.length));
      const start = performance.now();
      readInline(text, NAMES);
      return performance.now() - start;
    };
    time(1000);
    expect(time(200_000), evil).toBeLessThan(2500);
  }
});
