import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "../support/browser-test.ts";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A request whose answer nobody unpacks. */
function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

for (const path of ["/chat-room.js", "/natter-sdk.js"]) {
  test(`${path} is the same script however it travels`, async ({ relay }) => {
    const plain = await ask(relay.url + path);
    const gzip = await ask(relay.url + path, { "accept-encoding": "gzip" });
    const brotli = await ask(relay.url + path, { "accept-encoding": "gzip, deflate, br" });
    expect([plain, gzip, brotli].map(({ headers }) => headers["content-encoding"])).toEqual([
      undefined,
      "gzip",
      "br",
    ]);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(brotli.body.length).toBeLessThan(gzip.body.length);
    expect(new Set([plain, gzip, brotli].map(({ headers }) => headers.etag)).size).toBe(3);
    for (const { headers } of [plain, gzip, brotli]) {
      expect(headers["vary"]).toBe("accept-encoding");
      expect(headers["x-integrity"]).toMatch(/^sha384-/);
      expect(headers["content-length"]).toBeDefined();
    }
  });

  test(`${path} is not sent to those who have it`, async ({ relay }) => {
    const accept = { "accept-encoding": "br" };
    const { headers } = await ask(relay.url + path, accept);
    const again = await ask(relay.url + path, { ...accept, "if-none-match": headers.etag ?? "" });
    expect(again.status).toBe(304);
    expect(again.body.length).toBe(0);
  });
}

test("a language that is none is nowhere", async ({ relay }) => {
  for (const name of ["xx", "en", "language-files", "..%2fchat-room"]) {
    expect((await ask(`${relay.url}/v0.1.0/strings/${name}.js`)).status).toBe(404);
  }
});
