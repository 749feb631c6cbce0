import { describe, expect, test } from "vitest";
import { completeConfig, flagOf, readConfig, variableOf, type ConfigSources } from "../src/config.ts";
import {
  FIXED,
  formatDuration,
  OPTIONS,
  OptionError,
  parseDuration,
  PER_APP,
  type OptionName,
} from "../src/options.ts";

const SECRET = "very-private-secret";

function read(sources: Partial<ConfigSources> & { file?: string }): ReturnType<typeof readConfig> {
  const { file, ...given } = sources;
  return readConfig({
    flags: given.flags ?? {},
    env: given.env ?? {},
    readFile: () => {
      if (file === undefined) throw new Error("ENOENT");
      return file;
    },
  });
}

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  return "(accepted)";
}

const NAMES = Object.keys(OPTIONS) as OptionName[];

describe("[OPS2] a flag comes before an environment variable, and that before the config file", () => {
  const file = JSON.stringify({ maxRooms: 1, maxText: 1, maxData: 1 });
  const env = { NATTER_CONFIG: "natter.json", NATTER_MAX_ROOMS: "2", NATTER_MAX_TEXT: "2" };

  test("each where the ones before say nothing", () => {
    const config = read({ file, env, flags: { maxRooms: "3" } });
    expect(config).toMatchObject({ maxRooms: 3, maxText: 2, maxData: 1, maxFrame: 65_536 });
  });

  test("also for the file's own name", () => {
    const paths: string[] = [];
    const readFile = (path: string): string => {
      paths.push(path);
      return "{}";
    };
    readConfig({ flags: { config: "a.json" }, env: { NATTER_CONFIG: "b.json" }, readFile });
    readConfig({ flags: {}, env: { NATTER_CONFIG: "b.json" }, readFile });
    readConfig({ flags: {}, env: { NATTER_CONFIG: "" }, readFile });
    expect(paths).toEqual(["a.json", "b.json"]);
  });
});

describe("every setting", () => {
  test.each(NAMES)("%s has a right default, a flag and a variable of its own", (name) => {
    expect(OPTIONS[name].wrong(OPTIONS[name].default)).toBeUndefined();
    expect(flagOf(name)).toMatch(/^--[a-z]+(-[a-z]+)*$/);
    expect(variableOf(name)).toMatch(/^NATTER_[A-Z]+(_[A-Z]+)*$/);
    expect(NAMES.filter((other) => variableOf(other) === variableOf(name))).toEqual([name]);
  });

  test.each(NAMES.filter((name) => name !== "config"))("%s can be said in all three ways", (name) => {
    const { default: preset, placeholder } = OPTIONS[name];
    const text = placeholder === "TIME" ? formatDuration(preset as number) : String(preset);
    const expected = { [name]: preset };
    expect(read({ flags: { [name]: text } })).toMatchObject(expected);
    expect(read({ env: { [variableOf(name)]: text } })).toMatchObject(expected);
    expect(read({ env: { NATTER_CONFIG: "f" }, file: JSON.stringify({ [name]: preset }) })).toMatchObject(
      expected,
    );
    expect(completeConfig({ [name]: preset })).toMatchObject(expected);
  });
});

describe("[SD-08] what is unknown is refused, with the nearest name", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "a variable",
      () => read({ env: { NATTER_MAX_ROMS: "1" } }),
      /NATTER_MAX_ROMS.*Did you mean NATTER_MAX_ROOMS\?/,
    ],
    [
      "a key of the file",
      () => read({ env: { NATTER_CONFIG: "f.json" }, file: '{"maxRoom": 1}' }),
      /f\.json.*"maxRoom".*Did you mean maxRooms\?/,
    ],
    ["a setting in code", () => completeConfig({ orgins: [] } as object), /"orgins".*Did you mean origins\?/],
    ["something like nothing we have", () => completeConfig({ elephants: 3 } as object), /"elephants"\.$/],
    ["a name that every object has", () => completeConfig({ constructor: 3 } as object), /"constructor"/],
    [
      "the file inside the file",
      () => read({ env: { NATTER_CONFIG: "f" }, file: '{"config": "g"}' }),
      /"config"/,
    ],
  ])("%s", (_, run, sentence) => {
    expect(complaint(run)).toMatch(sentence);
  });

  test("but variables that only begin alike belong to somebody else", () => {
    expect(
      complaint(() => read({ env: { NATTER_REPORT: "x", NATTER_SOMETHING_ELSE: "y", PATH: "z" } })),
    ).toBe("(accepted)");
  });

  test("a key such as __proto__ in the file is unknown too, and changes nothing", () => {
    const file = '{"__proto__": {"dev": true}}';
    expect(complaint(() => read({ env: { NATTER_CONFIG: "f" }, file }))).toContain('"__proto__"');
  });
});

describe("[OPS1] what is wrong is refused by a sentence that names it", () => {
  test.each<[OptionName, string, RegExp]>([
    ["maxRooms", "many", /--max-rooms must be a whole number from 1 to 100000, not "many"/],
    ["maxRooms", "0", /--max-rooms must be/],
    ["maxRooms", "-1", /--max-rooms must be/],
    ["maxRooms", "1.5", /--max-rooms must be/],
    ["maxRooms", "1e3", /--max-rooms must be/],
    ["maxRooms", "", /--max-rooms must be/],
    ["maxRooms", "9".repeat(400), /--max-rooms must be/],
    ["defaultRole", "owner", /--default-role must be one of none, reader, member, moderator, not "owner"/],
    ["defaultRole", "admin", /--default-role must be one of/],
    ["guests", "true", /--guests must be one of auto, on, off/],
    ["heartbeat", "25", /--heartbeat must be a time such as 30s.*from 100ms to 5m, not "25"/],
    ["heartbeat", "1h", /--heartbeat must be/],
    ["dev", "perhaps", /--dev must be on or off, not "perhaps"/],
    ["logLevel", "loud", /--log-level must be one of/],
    ["origins", "example.org", /--origins must be/],
    ["origins", "https://example.org/chat", /--origins must be/],
    ["origins", "https://example.org/", /--origins must be/],
    ["origins", "https://Example.org", /--origins must be/],
    ["origins", "https://example.org:443", /--origins must be/],
    ["origins", "HTTPS://example.org", /--origins must be/],
    ["origins", "https://*.example.org", /--origins must be/],
    ["app", "two words", /--app must be/],
    ["app", "", /--app must be/],
    ["app", "a\nb", /--app must be/],
  ])("--%s %s", (name, value, sentence) => {
    expect(complaint(() => read({ flags: { [name]: value } }))).toMatch(sentence);
    const variable = complaint(() => read({ env: { [variableOf(name)]: value } }));
    expect(variable).toMatch(new RegExp(`^${variableOf(name)} must be`));
  });

  test.each<[string, string]>([
    ["https://example.org/", "https://example.org"],
    ["https://Example.org/chat?x", "https://example.org"],
    ["https://example.org:443", "https://example.org"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
    ["HTTP://example.org:8080", "http://example.org:8080"],
  ])("[AU-14] an origin that no browser sends is told how it is sent: %s", (value, meant) => {
    expect(complaint(() => read({ flags: { origins: value } }))).toContain(`(write ${meant})`);
    expect(read({ flags: { origins: meant } }).origins).toEqual([meant]);
  });

  test.each(["null", "https://*.example.org", "example.org", "*.example.org", "//example.org"])(
    "[AU-14] what is no origin is refused, and none is made of it: %s",
    (value) => {
      const sentence = complaint(() => read({ flags: { origins: value } }));
      expect(sentence).toContain("must be a list of origins");
      expect(sentence).not.toContain("(write");
    },
  );

  test.each<[string, RegExp]>([
    ["no json", /no JSON/],
    ["[]", /one JSON object/],
    ["null", /one JSON object/],
    ['"dev"', /one JSON object/],
    ['{"maxRooms": "10"}', /`maxRooms` must be a whole number.*not "10"/],
    ['{"dev": "yes"}', /`dev` must be true or false/],
    ['{"origins": "https://example.org"}', /`origins` must be/],
    ['{"origins": [1]}', /`origins` must be/],
    ['{"heartbeat": "soon"}', /`heartbeat` must be a time/],
    ['{"heartbeat": null}', /`heartbeat` must be a time/],
  ])("the file %s", (file, sentence) => {
    const message = complaint(() => read({ env: { NATTER_CONFIG: "natter.json" }, file }));
    expect(message).toMatch(sentence);
    expect(message).toContain("natter.json");
  });

  test("a file that cannot be read", () => {
    expect(complaint(() => read({ env: { NATTER_CONFIG: "natter.json" } }))).toBe(
      "The config file natter.json is of no use: it cannot be read.",
    );
  });

  test("[SD-08] a secret is never repeated", () => {
    const told = [
      complaint(() => completeConfig({ secret: 7 } as object)),
      complaint(() => read({ env: { NATTER_CONFIG: "f" }, file: JSON.stringify({ secret: [SECRET] }) })),
      complaint(() => read({ env: { NATTER_CONFIG: "f" }, file: `{"secret": "${SECRET}"` })),
      complaint(() => read({ env: { NATTER_SECRT: SECRET } })),
    ];
    for (const sentence of told) {
      expect(sentence).not.toBe("(accepted)");
      expect(sentence).not.toContain(SECRET);
    }
  });
});

describe("what is right is taken", () => {
  test.each<[OptionName, string, unknown]>([
    ["dev", "", true],
    ["dev", "1", true],
    ["dev", "on", true],
    ["dev", "off", false],
    ["dev", "0", false],
    ["origins", "https://a.example, http://b.example:8080,", ["https://a.example", "http://b.example:8080"]],
    ["origins", "*", ["*"]],
    ["origins", "capacitor://localhost", ["capacitor://localhost"]],
    ["origins", "", []],
    ["heartbeat", "1.5m", 90_000],
    ["drain", "0s", 0],
    ["app", "shop_1-eu", "shop_1-eu"],
  ])("--%s %j", (name, value, expected) => {
    expect(read({ flags: { [name]: value } })[name]).toEqual(expected);
  });

  test("times in the file are numbers or words", () => {
    const file = '{"heartbeat": "10s", "drain": 1000}';
    expect(read({ env: { NATTER_CONFIG: "f" }, file })).toMatchObject({ heartbeat: 10_000, drain: 1000 });
  });

  test("undefined is not a value, so that options can be passed on", () => {
    expect(completeConfig({ maxRooms: undefined } as object)).toMatchObject({ maxRooms: 100 });
  });
});

test("of every setting it is known what a reload does with it, and whether an app may have it", () => {
  const live: OptionName[] = ["secret", "app", "logLevel", "drain"];
  const known = [...Object.keys(PER_APP), ...FIXED, ...live];
  expect(known.toSorted()).toEqual(NAMES.toSorted());
});

test.each(["1ms", "5s", "90s", "5m", "1h", "36h", "7d"])("a time is written as it is read: %s", (text) => {
  expect(parseDuration(formatDuration(parseDuration(text)))).toBe(parseDuration(text));
});

test.each(["", "5", "s", "-5s", "5 s", "1e3s", "5y", "0x5s"])("%j is no time", (text) => {
  expect(parseDuration(text)).toBeNaN();
});

describe("a Redis in place of a data folder", () => {
  const redis = "redis://:s3cret@127.0.0.1:7000/1";

  test("is named by its URL, and by what its keys begin with", () => {
    const config = read({ env: { NATTER_REDIS: redis, NATTER_REDIS_PREFIX: "chat." } });
    expect(config).toMatchObject({ redis, redisPrefix: "chat.", memory: false });
    expect(read({}).redis).toBe("");
  });

  test.each([
    [{ redis, memory: "" }, "leave out `redis` or `memory`"],
    [{ redis, data: "here" }, "leave out `redis` or `data`"],
    [{ redis: "http://:s3cret@h" }, "--redis must be redis://host:6379"],
    [{ redis: "redis+sentinel://:s3cret@h" }, "names the master"],
    [{ redisPrefix: "a{b}" }, "--redis-prefix must be 1 to 64 characters"],
  ])("%o is refused in one sentence that tells no secret", (flags, sentence) => {
    const said = complaint(() => read({ flags }));
    expect(said).toContain(sentence);
    expect(said).not.toContain("s3cret");
  });

  test("is still one place when the settings are completed once more", () => {
    const config = read({ flags: { redis } });
    expect(completeConfig(config)).toEqual(config);
  });

  test("stands beside a config file that says nothing of folders", () => {
    const file = JSON.stringify({ redis, maxRooms: 1 });
    expect(read({ file, env: { NATTER_CONFIG: "natter.json" } })).toMatchObject({ redis, maxRooms: 1 });
  });
});
