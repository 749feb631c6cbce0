import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bestEncoding, encode } from "../../src/http/encoding.ts";

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["GZIP;q=1.0, BR;q=0.1", "br"],
  ["gzip, deflate", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br; q=0.000, gzip;q=0", "identity"],
  ["identity", "identity"],
  ["brotli, xgzip", "identity"],
  ["*", "identity"],
  ["", "identity"],
  [undefined, "identity"],
] as const)("a client that takes %j is sent %s", (accepted, encoding) => {
  expect(bestEncoding(accepted)).toBe(encoding);
});

test("a text comes out of each encoding as it went in", async () => {
  const text = "const greeting = 'Hello, 세계';\n".repeat(50);
  expect(brotliDecompressSync(await encode(text, "br")).toString()).toBe(text);
  expect(gunzipSync(await encode(text, "gzip")).toString()).toBe(text);
  expect(Buffer.from(await encode(text, "identity")).toString()).toBe(text);
});
