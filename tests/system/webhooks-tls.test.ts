import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Receiver } from "../../relay/test/webhooks/receiver.ts";
import { TestAuthority } from "../support/certificates.ts";
import { RawClient, SECRET } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { until } from "../support/until.ts";

let folder = "";
let authority: TestAuthority;
let receiver: Receiver;
let relay: RelayProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "natter-webhooks-tls-"));
  authority = new TestAuthority();
  receiver = await new Receiver({ tls: authority.issue("localhost") }).open();
});

afterEach(async () => {
  await relay?.close();
  relay = undefined;
  await receiver.close();
  authority.remove();
  rmSync(folder, { recursive: true });
});

/** A relay that tells the receiver by a name of this machine, and somebody who says a word in it. */
async function say(host: string, env: Record<string, string>): Promise<RelayProcess> {
  const file = join(folder, "natter.json");
  const webhook = { url: receiver.urlAt(host), secret: receiver.secret, events: ["message.created"] };
  writeFileSync(file, JSON.stringify({ secret: SECRET, webhooks: [{ ...webhook, allowPrivate: true }] }));
  relay = await RelayProcess.start({ args: ["--config", file, "--memory"], env });
  const client = await RawClient.join(relay.url, "ann", "lobby");
  const said = await client.ask({ type: "post", room: "lobby", id: "1", text: "over TLS" });
  expect(said.type).toBe("ok");
  await client.close();
  return relay;
}

test("[WH10] a webhook is told by https, to a server that an authority vouches for which the relay trusts", async () => {
  await say("localhost", { NODE_EXTRA_CA_CERTS: authority.file });
  await until(() => receiver.texts().length === 1, "it was told");
  expect(receiver.texts()).toEqual(["over TLS"]);
  expect(receiver.forged).toBe(0);
});

test("[WH10] and to no other: neither one that nobody vouches for, nor one that is vouched for by another name", async () => {
  const untrusting = await say("localhost", {});
  await until(() => untrusting.output.includes("The webhook failed"), "it was refused");
  expect(untrusting.output).toMatch(/the connection failed \((UNABLE_TO_|SELF_SIGNED_)/);
  await untrusting.close();
  const trusting = await say("127.0.0.1", { NODE_EXTRA_CA_CERTS: authority.file });
  await until(() => trusting.output.includes("The webhook failed"), "it was refused");
  expect(trusting.output).toContain("the connection failed (ERR_TLS_CERT_ALTNAME_INVALID)");
  expect(receiver.delivered).toEqual([]);
});
