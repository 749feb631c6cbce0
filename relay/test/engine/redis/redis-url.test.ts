import { describe, expect, test } from "vitest";
import { readRedisUrl, shownUrl } from "../../../src/engine/redis/redis-url.ts";

describe("the URL of a Redis", () => {
  test.each([
    ["redis://h", { kind: "alone", place: { host: "h", port: 6379 }, database: 0, isSecure: false }],
    [
      "rediss://ada:p%40ss@h.example:7000/3",
      {
        place: { host: "h.example", port: 7000 },
        database: 3,
        isSecure: true,
        user: "ada",
        password: "p@ss",
      },
    ],
    ["redis://:only@[::1]:1", { place: { host: "::1", port: 1 }, password: "only" }],
    ["REDIS://h", { kind: "alone" }],
    [
      "redis+sentinel://u:p@a,b:1/my%20master/2?sentinelUser=s&sentinelPassword=t",
      {
        kind: "sentinel",
        sentinels: [
          { host: "a", port: 26_379 },
          { host: "b", port: 1 },
        ],
        master: "my master",
        database: 2,
        user: "u",
        password: "p",
        toSentinels: { user: "s", password: "t" },
      },
    ],
    [
      "rediss+cluster://a:1,[fe80::1]:2",
      {
        kind: "cluster",
        isSecure: true,
        seeds: [
          { host: "a", port: 1 },
          { host: "fe80::1", port: 2 },
        ],
      },
    ],
  ])("%s is understood", (url, expected) => {
    expect(readRedisUrl(url)).toMatchObject(expected);
  });

  test.each([
    ["http://h", /redis:\/\/host:6379/],
    ["redis://", /host/],
    ["redis://h:0", /port/],
    ["redis://h:70000", /port/],
    ["redis://a,b", /only with \+sentinel or \+cluster/],
    ["redis://h/x", /number of a database/],
    ["redis://h/1/2", /number of a database/],
    ["redis://a%zz@h", /written in percent/],
    ["redis+sentinel://a,b", /names the master/],
    ["redis+cluster://a/1", /without a database/],
    ["redis+other://a", /redis:\/\/host:6379/],
  ])("%s is refused in a sentence", (url, why) => {
    expect(readRedisUrl(url)).toMatch(why);
  });

  test.each([
    ["redis://u:secret@h/2", "redis://h:6379/2"],
    ["rediss+sentinel://:secret@a,b/m?sentinelPassword=secret", "rediss+sentinel://a:26379,b:26379/m"],
    ["redis+cluster://u:secret@[::1]:7", "redis+cluster://[::1]:7"],
  ])("%s is shown without what is secret", (url, shown) => {
    const read = readRedisUrl(url);
    expect(typeof read === "string" ? read : shownUrl(read)).toBe(shown);
  });
});
