import { expect, test } from "vitest";
import { addressOf, ALL_OF_IT, readRoute, type Route } from "../../src/admin/route.ts";

test.each<Route>([
  { page: "rooms" },
  { page: "room", room: "lobby" },
  { page: "room", room: "a/b ?c#d&e=ü 部屋 50%" },
  { page: "moderation" },
  { page: "audit", filter: ALL_OF_IT },
  { page: "audit", filter: { action: "ban", room: "a/b&c", user: "", by: "root #1" } },
  { page: "people", user: "" },
  { page: "people", user: "ann/b" },
  { page: "apps" },
])("what is looked at stands in the address, and comes back: %o", (route) => {
  expect(readRoute(addressOf(route))).toEqual(route);
});

test.each(["", "#", "#/", "#/room/", "#/room", "#/nowhere/x", "#/room/%E0%A4%A"])(
  "%s is the list of rooms",
  (hash) => {
    expect(readRoute(hash)).toEqual({ page: "rooms" });
  },
);

test("what an address says beside what is known is left out", () => {
  expect(readRoute("#/audit?by=root&token=abc&__proto__=x")).toEqual({
    page: "audit",
    filter: { ...ALL_OF_IT, by: "root" },
  });
});
