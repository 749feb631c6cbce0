import { describe, expect, it } from "vitest";
import { readInline, type Inline } from "../../src/markup/inline.ts";

const nobody = (): number => 0;

function links(text: string): Extract<Inline, { kind: "link" }>[] {
  return readInline(text, nobody).filter((piece) => typeof piece !== "string" && piece.kind === "link");
}

describe("links", () => {
  it.each([
    ["see https://a.example.", "https://a.example"],
    ["(https://a.example/x)", "https://a.example/x"],
    [
      "https://en.wikipedia.org/wiki/Dog_(disambiguation)!",
      "https://en.wikipedia.org/wiki/Dog_(disambiguation)",
    ],
    ["これ https://例え.jp/パス。", "https://例え.jp/パス"],
    ["**https://a.example**", "https://a.example"],
    ["https://a.example/with_under_scores_", "https://a.example/with_under_scores"],
    ["HTTP://A.EXAMPLE/Q?x=1#y", "HTTP://A.EXAMPLE/Q?x=1#y"],
    ['"https://a.example/x"', "https://a.example/x"],
    ["www.a.example, too", "www.a.example"],
    ["write to ann@a.example.", "ann@a.example"],
  ])("finds the address in %j and leaves the sentence its own signs", (text, link) => {
    const inside = readInline(text, nobody).flatMap((piece) =>
      typeof piece === "object" && "inside" in piece ? piece.inside : [piece],
    );
    expect(inside.map((piece) => typeof piece === "object" && "text" in piece && piece.text)).toContain(link);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "xhttps://a.example",
    "https://",
    "http:// a.example",
    "vbscript:x",
    "file:///etc/passwd",
    "ann@localhost",
  ])("leaves %j alone", (text) => {
    expect(links(text)).toEqual([]);
  });

  it("leads to web and mail and nowhere else", () => {
    for (const { href } of links(
      "https://a.example http://b.example www.c.example d@e.example ftp://f.example",
    )) {
      expect(href).toMatch(/^(https?|mailto):/);
    }
  });

  it.each([
    ["https://gооgle.com/login", "xn--ggle-55da.com"],
    ["https://paypal.com@evil.example/", "evil.example"],
    ["https://münchen.de/", undefined],
    ["https://例え.jp/", undefined],
    ["https://почта.рф/", undefined],
    ["https://a.example/", undefined],
  ])("names the real host beside %j where that misleads", (text, host) => {
    expect(links(text)[0]?.host).toBe(host);
  });

  it("ends an address before signs that turn the direction of writing", () => {
    expect(links("https://good.example/\u202Emoc.live")[0]?.text).toBe("https://good.example/");
  });
});
