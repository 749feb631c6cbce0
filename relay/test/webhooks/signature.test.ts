import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readWebhookSecret, signedHeaders } from "../../src/webhooks/signature.ts";

describe("[WH1] deliveries are signed by the Standard Webhooks scheme", () => {
  test("a known answer: the example of the scheme's own description", () => {
    const key = readWebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") as Buffer;
    const body = '{"test": 2432232314}';
    expect(signedHeaders([key], { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: 1614265330, body })).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  test("the signed text is id, seconds and body with dots between, and each secret has a signature", () => {
    const keys = [Buffer.alloc(24, 1), Buffer.alloc(64, 2)];
    const headers = signedHeaders(keys, { id: "msg_1", at: 5, body: "{}" });
    const expected = keys.map(
      (key) => `v1,${createHmac("sha256", key).update("msg_1.5.{}").digest("base64")}`,
    );
    expect(headers["webhook-signature"]).toBe(expected.join(" "));
  });

  test("a secret has its prefix, base64, and 24 to 64 bytes", () => {
    const secret = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;
    expect(readWebhookSecret(secret(24))).toHaveLength(24);
    expect(readWebhookSecret(secret(64))).toHaveLength(64);
    for (const bad of [secret(23), secret(65), secret(32).slice(6), "whsec_", "whsec_***", ""]) {
      expect(readWebhookSecret(bad)).toBeUndefined();
    }
  });
});
