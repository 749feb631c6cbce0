import { expect, it } from "vitest";
import { avatarStyles, hueOf, hues, initials } from "../../src/message/avatar.ts";
import { contrast, oklch } from "../support/contrast.ts";

it.each([
  ["Ann Lindqvist", "AL"],
  ["bo", "B"],
  ["佐藤健二", "佐"],
  ["김 민수", "김"],
  ["نور الهدى", "ن"],
  ["👩‍🚀 Sally", "👩‍🚀"],
  ["mary-jane o'neil", "MO"],
  ["(guest) 42", "G4"],
  ["", "?"],
  ["...", "?"],
  ["Ängla Ö", "ÄÖ"],
  ["E\u0301mile Zola", "ÉZ"],
  ["अमित शर्मा", "अ"],
  ["สมชาย ใจดี", "ส"],
  ["Иван Петров", "ИП"],
  ["🇩🇪 Max", "M"],
  ["\u200fמיה", "מ"],
])("stands for %j as %s", (name, signs) => {
  expect(initials(name)).toBe(signs);
});

it("has one sign where there is room for one", () => {
  expect(initials("Ann Lindqvist", 1)).toBe("A");
});

it("gives the same hue to the same id, and spreads ids that are alike", () => {
  expect(hueOf("u-1")).toBe(hueOf("u-1"));
  const hues = new Set(Array.from({ length: 200 }, (_, at) => hueOf(`guest-${at}`)));
  expect(hues.size).toBe(12);
});

it("can be read in light and in dark, whatever the hue", () => {
  const [background, ink] = [
    ...avatarStyles.cssText.matchAll(/light-dark\(oklch\((.+?) var.*?oklch\((.+?) var/g),
  ];
  const pairs = [1, 2].map((scheme) =>
    [background?.[scheme], ink?.[scheme]].map((lc) => lc?.split(" ").map(Number)),
  );
  const degrees = hues.map(({ cssText }) => Number(/--_hue: (\d+)/.exec(cssText)?.[1]));
  expect(degrees).toHaveLength(12);
  for (const hue of degrees) {
    for (const [under, over] of pairs) {
      const [a, b] = [under, over].map((lc) => oklch(lc?.[0] ?? 0, lc?.[1] ?? 0, hue));
      expect(contrast(a ?? [], b ?? []), `hue ${hue}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});
