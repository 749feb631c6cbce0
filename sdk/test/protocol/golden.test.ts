import * as v from "valibot";
import { describe, expect, test } from "vitest";
import {
  CLIENT_PACKETS,
  RELAY_PACKETS,
  decodeClientFrame,
  decodeRelayFrame,
  encodeFrame,
  type ClientPacket,
  type DecodedFrame,
  type EventKind,
  type RelayPacket,
  type RequestType,
} from "@natter/sdk/protocol";
import { historyResult } from "../../src/protocol/history-packets.ts";
import { roomEvent } from "../../src/protocol/log.ts";
import { joinResult, membersResult } from "../../src/protocol/membership-packets.ts";
import { restrictionsResult } from "../../src/protocol/moderation-packets.ts";
import { stored } from "../../src/protocol/posting-packets.ts";
import { canonical, goldenFrames } from "./golden.ts";

const frames = goldenFrames();
const packets = frames.flatMap(
  ({ frame }) => frame as { type: string; kind?: EventKind; [key: string]: unknown }[],
);
const said = (from: "client" | "relay"): { type: string; [key: string]: unknown }[] =>
  frames.filter((golden) => golden.from === from).flatMap(({ frame }) => frame as { type: string }[]);

/** What the `ok` of each request carries; `Results` says the same to the compiler. */
const RESULTS: Record<RequestType, v.GenericSchema> = {
  token: v.object({ expires: v.nullable(v.number()) }),
  join: joinResult,
  leave: v.object({}),
  post: stored,
  edit: stored,
  delete: stored,
  react: stored,
  pin: stored,
  moderate: stored,
  configure: stored,
  history: historyResult,
  members: membersResult,
  restrictions: restrictionsResult,
};

const EVENT_KINDS = roomEvent.options.map((option) => option.entries.kind.literal);

describe("golden frames", () => {
  test.each(frames)("$name is read as it was written", ({ from, frame }) => {
    const decoded: DecodedFrame<ClientPacket | RelayPacket> =
      from === "client" ? decodeClientFrame(JSON.stringify(frame)) : decodeRelayFrame(JSON.stringify(frame));
    const read = decoded.ok ? decoded.packets : [];
    expect(read.filter((packet) => !packet.ok)).toEqual([]);
    const understood = read.flatMap((packet) => (packet.ok ? [packet.packet] : []));
    expect(canonical(JSON.parse(encodeFrame(understood)))).toBe(canonical(frame));
  });

  test.each(frames)("$name says what it is", ({ name, from, note, frame, answers }) => {
    expect(name).toMatch(new RegExp(`^${from}-[a-z-]+$`));
    expect(note).toMatch(/^[A-Z].*\.$/);
    expect(answers !== undefined).toBe(frame.some((packet) => (packet as { type: string }).type === "ok"));
  });

  const answered = frames.filter((golden) => golden.answers !== undefined);
  test.each(answered)("$name carries what the request is answered with", ({ frame, answers }) => {
    const [{ type: _type, ref: _ref, ...result }] = frame as [{ type: "ok"; ref: number }];
    const parsed = v.parse(RESULTS[answers as RequestType], result);
    expect(canonical(parsed)).toBe(canonical(result));
  });

  test.each(Object.keys(CLIENT_PACKETS))("there is one with the client's %s", (type) => {
    expect(said("client").map((packet) => packet.type)).toContain(type);
  });

  test.each(Object.keys(RELAY_PACKETS))("there is one with the relay's %s", (type) => {
    expect(said("relay").map((packet) => packet.type)).toContain(type);
  });

  test.each(EVENT_KINDS)("there is one with an event of the kind %s", (kind) => {
    const events = packets.filter((packet) => packet.type === "event");
    expect(events.map((packet) => packet.kind)).toContain(kind);
  });

  test.each(Object.keys(RESULTS))("there is one with the ok of %s", (request) => {
    expect(answered.map((golden) => golden.answers)).toContain(request);
  });

  test.each(optionalFields())("there is one with %s, and one without", (_field, having, count) => {
    expect(having).toBeGreaterThan(0);
    expect(having).toBeLessThan(count);
  });

  test("a key such as __proto__ stays data and changes no prototype", () => {
    const golden = frames.find(({ name }) => name === "client-post-with-data");
    const decoded = decodeClientFrame(JSON.stringify(golden?.frame));
    const [first] = decoded.ok ? decoded.packets : [];
    const data = first?.ok && first.packet.type === "post" ? first.packet.data : undefined;
    expect(Object.hasOwn(data ?? {}, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect((data as { admin?: unknown }).admin).toBeUndefined();
  });
});

/** Every optional field of every packet, with how many golden packets have it and how many there are. */
function optionalFields(): [string, number, number][] {
  const client = Object.entries(CLIENT_PACKETS).map(([type, schema]) => ({
    of: `client's ${type}`,
    entries: schema.entries,
    said: said("client").filter((packet) => packet.type === type),
  }));
  const relay = Object.entries(RELAY_PACKETS).flatMap(([type, schema]) =>
    schema.type === "variant"
      ? []
      : [
          {
            of: `relay's ${type}`,
            entries: schema.entries,
            said: said("relay").filter((p) => p.type === type),
          },
        ],
  );
  const events = roomEvent.options.map((option) => ({
    of: `${option.entries.kind.literal} event`,
    entries: option.entries,
    said: said("relay").filter((packet) => packet["kind"] === option.entries.kind.literal),
  }));
  return [...client, ...relay, ...events].flatMap(({ of, entries, said: all }) =>
    Object.entries(entries as Record<string, v.GenericSchema>)
      .filter(([, schema]) => schema.type === "exact_optional")
      .map(([field]): [string, number, number] => [
        `\`${field}\` of the ${of}`,
        all.filter((packet) => field in packet).length,
        all.length,
      ]),
  );
}
