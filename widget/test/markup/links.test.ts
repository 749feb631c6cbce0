import { describe, expect, it } from "vitest";
import { linkSpans } from "../../src/markup/links.ts";

function links(text: string): string[] {
  return linkSpans(text).flatMap((span) => (span.kind === "link" ? [span.text] : []));
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
    ["HTTP://A.EXAMPLE/Q?x=1#y", "HTTP://A.EXAMPLE/Q?x=1#y"],
    ['"https://a.example/x"', "https://a.example/x"],
  ])("finds the address in %j and leaves the sentence its own signs", (text, link) => {
    expect(links(text)).toEqual([link]);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "xhttps://a.example",
    "https://",
    "http:// a.example",
    "vbscript:x",
    "file:///etc/passwd",
  ])("leaves %j alone", (text) => {
    expect(links(text)).toEqual([]);
  });

  it("loses no character of a text", () => {
    const text = "a https://b.example, c (https://d.example/e_(f)) https:// g";
    expect(
      linkSpans(text)
        .map((span) => span.text)
        .join(""),
    ).toBe(text);
  });

  it("never points elsewhere than it says", () => {
    for (const span of linkSpans("https://good.example\u202Emoc.live https://user:pw@evil.example/"))
      if (span.kind === "link") expect(new URL(span.text).host).toBe(new URL(span.href).host);
  });

  it("takes time in proportion to the text, whatever the text is", () => {
    for (const evil of [
      "https://",
      "http://a",
      "(",
      ")",
      "https://a.example/(",
      "a.".repeat(4),
      "https://a)",
    ]) {
      const text = evil.repeat(40_000 / evil.length);
      const start = performance.now();
      linkSpans(text);
      expect(performance.now() - start, evil).toBeLessThan(400);
    }
  });
});
