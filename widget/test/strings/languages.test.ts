import { describe, expect, it } from "vitest";
import { ar } from "../../src/strings/ar.ts";
import { de } from "../../src/strings/de.ts";
import { en } from "../../src/strings/en.ts";
import { es } from "../../src/strings/es.ts";
import { fr } from "../../src/strings/fr.ts";
import { he } from "../../src/strings/he.ts";
import { ja } from "../../src/strings/ja.ts";
import { ko } from "../../src/strings/ko.ts";
import { pt } from "../../src/strings/pt.ts";
import type { RoomStrings } from "../../src/strings/strings.ts";
import { zh } from "../../src/strings/zh.ts";

const LANGUAGES: RoomStrings[] = [en, ar, de, es, fr, he, ja, ko, pt, zh];

describe.each(LANGUAGES.map((strings) => [strings.$code, strings] as const))("%s", (code, strings) => {
  it("says everything, and nothing twice as English would", () => {
    expect(Object.keys(strings).sort()).toEqual(Object.keys(en).sort());
    for (const [key, term] of Object.entries(strings)) {
      if (typeof term === "string") expect(term.trim(), key).not.toBe("");
    }
    if (code !== "en") expect(strings.placeholder).not.toBe(en.placeholder);
  });

  it("counts without leaving a hole, whatever the number", () => {
    for (const n of [0, 1, 2, 3, 11, 21, 100, 1_000_000]) {
      for (const said of [
        strings.people(n),
        strings.newMessages(n),
        strings.charactersLeft(n),
        strings.nextTry(n),
        strings.others(n),
      ]) {
        expect(said).not.toMatch(/undefined|NaN|^\s|\s$/);
      }
    }
  });

  it("tells every deed with who and whom, and a length only where there is one", () => {
    const deeds = ["mute", "unmute", "kick", "ban", "unban"] as const;
    for (const deed of deeds) {
      const said = strings.done(deed, "Mia", "Bo", undefined);
      expect(said).toMatch(/Mia/);
      expect(said).toMatch(/Bo/);
      expect(said).not.toMatch(/undefined|^\s|\s$| {2}/);
    }
    for (const deed of ["mute", "ban"] as const)
      expect(strings.done(deed, "Mia", "Bo", "1 h")).toContain("1 h");
    const ofRoom = ["pinned", "slow", "fast", "lock", "unlock"] as const;
    const told = ofRoom.map((deed) => strings.done(deed, "Mia", "", "5 s"));
    expect(new Set(told).size).toBe(ofRoom.length);
    for (const said of told) expect(said).toMatch(/Mia/);
    expect(strings.done("title", "Mia", "Tea", undefined)).toContain("Tea");
    expect(strings.mutedUntil("14:05")).toContain("14:05");
    expect(strings.bannedUntil(undefined)).not.toContain("undefined");
  });

  it("keeps names and texts whole", () => {
    expect(strings.said("Ann", "hello")).toMatch(/Ann.*hello/);
    expect(strings.typing("Ann", 1)).toContain("Ann");
    expect(strings.replyingTo("Ann")).toContain("Ann");
    expect(strings.muted("14:05")).toContain("14:05");
  });
});

it("knows the duals and the few of Arabic, and the duals of Hebrew", () => {
  expect([1, 2, 3, 11].map((n) => ar.newMessages(n).replace(/[\d\u0660-\u0669]+/g, "#"))).toEqual([
    "رسالة جديدة",
    "رسالتان جديدتان",
    "# رسائل جديدة",
    "# رسالة جديدة",
  ]);
  expect(he.newMessages(2)).toBe("שתי הודעות חדשות");
});
