import { ChatError } from "@natter/sdk";
import { HTTP_OPERATIONS } from "@natter/sdk/protocol";
import { mintToken, RelayApi } from "@natter/sdk/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SECRET } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

let running: Running;
let api: RelayApi;
const asked = new Set<string>();

/** Notes which operation each request is. */
const fetchNoting = ((url: string, init: RequestInit) => {
  const { pathname } = new URL(url);
  for (const [id, { method, path }] of Object.entries(HTTP_OPERATIONS)) {
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
    if (method === init.method && pattern.test(pathname)) asked.add(id);
  }
  return fetch(url, init);
}) as typeof fetch;

beforeAll(async () => {
  running = await startRelay();
  api = new RelayApi({
    relay: running.url,
    token: () =>
      mintToken({ sub: "server", name: "Server", rooms: { "*": "admin" }, expiresIn: "5m" }, SECRET),
    fetch: fetchNoting,
  });
});
afterAll(() => running.relay.close());

test("[HTTP10] every call of RelayApi does what it says, against a relay", async () => {
  const room = "a/b 部屋";
  const as = { id: "ann", name: "Ann" };
  const first = await api.post(room, "Hello", { id: "1", as, data: { mood: "sunny" } });
  expect(first).toEqual({ epoch: expect.any(String) as string, seq: 1, at: expect.any(Number) as number });
  expect(await api.post(room, "Hello", { id: "1", as })).toEqual({ ...first, duplicate: true });
  await api.post(room, "Mine", { reply: 1 });
  expect(await api.edit(room, 2, "Mine, changed")).toMatchObject({ seq: 3 });
  expect(await api.configure(room, { title: "Tea", slowMode: 5 })).toMatchObject({ seq: 4 });
  expect(await api.moderate(room, "mute", "bob", { for: 60, reason: "loud" })).toMatchObject({ seq: 5 });
  expect(await api.room(room)).toMatchObject({
    room,
    seq: 5,
    settings: { title: "Tea", slowMode: 5 },
    count: 0,
  });
  const page = await api.messages(room, { limit: 1 });
  expect(page).toMatchObject({ seq: 5, more: true, messages: [{ text: "Mine, changed", reply: 1 }] });
  expect(await api.restrictions(room)).toEqual({
    restrictions: [{ user: "bob", mute: { until: expect.any(Number) as number, reason: "loud" } }],
  });
  expect(await api.restrictedRooms()).toMatchObject({ rooms: [{ room, restrictions: [{ user: "bob" }] }] });
  expect(await api.app()).toMatchObject({
    app: "default",
    user: { id: "server" },
    guests: false,
    connections: 0,
  });
  expect(await api.delete(room, 2, { reason: "done" })).toMatchObject({ seq: 6 });
  const kinds: string[] = [];
  for await (const { kind } of api.eachEvent(room, { limit: 2 })) kinds.push(kind);
  expect(kinds).toEqual(["message", "message", "edit", "settings", "moderation", "delete"]);
  expect(await api.events(room, { after: 5, epoch: page.epoch })).toMatchObject({ seq: 6, more: false });
  expect(await api.members(room, { limit: 0 })).toEqual({ members: [], count: 0 });
  const rooms: string[] = [];
  for await (const each of api.eachRoom()) rooms.push(each.room);
  expect(rooms).toEqual([room]);
  expect(await api.rooms({ limit: 1 })).toMatchObject({ rooms: [{ room, seq: 6 }] });
  expect((await api.rooms({ search: "TEA" })).rooms).toHaveLength(1);
  expect((await api.rooms({ search: "coffee" })).rooms).toHaveLength(0);
  expect(await api.pin(room, 1, true)).toMatchObject({ seq: 7 });
  expect(await api.disconnect("ann")).toEqual({ connections: 0 });
  expect((await api.revoke("ann")).at).toBeGreaterThan(0);
  expect((await api.revokeToken("some-jti", { expires: Date.now() + 1000 })).at).toBeGreaterThan(0);
  expect(await api.forget("ann")).toEqual({ messages: 1 });
  expect(await api.deleteRoom(room)).not.toEqual({ epoch: page.epoch });
  const { entries } = await api.audit({ limit: 3 });
  expect(entries.map(({ action }) => action)).toEqual(["delete-room", "forget", "revoke-token"]);
  const all = Object.keys(HTTP_OPERATIONS).filter((id) => id !== "makeGuest");
  expect([...asked].toSorted()).toEqual(all.toSorted());
});

test("refusals are ChatErrors", async () => {
  const refused = async (call: Promise<unknown>): Promise<string> => {
    const error: unknown = await call.catch((reason: unknown) => reason);
    return error instanceof ChatError ? error.code : String(error);
  };
  const guest = new RelayApi({
    relay: running.url,
    token: () => mintToken({ sub: "bob", rooms: { lobby: "reader" }, expiresIn: 60 }, SECRET),
  });
  expect(await refused(guest.rooms())).toBe("forbidden");
  expect(await refused(guest.post("lobby", "hi"))).toBe("forbidden");
  expect(await refused(api.edit("lobby", 99, "x"))).toBe("not-found");
  expect(await refused(api.events("lobby", { after: 99 }))).toBe("reset");
  expect(await refused(api.room("a\nb"))).toBe("bad-room");
  const wrong = new RelayApi({ relay: running.url, token: "x.y.z" });
  expect(await refused(wrong.room("lobby"))).toBe("unauthorized");
});
