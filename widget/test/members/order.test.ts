import { expect, it } from "vitest";
import { inOrder } from "../../src/members/order.ts";

const person = (name: string, role = "member") => ({ id: name, name, role });

it("names oneself first, then who keeps order, then all others as the language sorts them", () => {
  const people = [
    person("Zoë"),
    person("äpple"),
    person("Mia", "moderator"),
    person("guest 10"),
    person("guest 9"),
    person("Me"),
    person("Ada", "admin"),
    person("Rea", "reader"),
  ];
  const names = (lang: string) => inOrder(people, "Me", lang).map(({ name }) => name);
  expect(names("en")).toEqual(["Me", "Ada", "Mia", "äpple", "guest 9", "guest 10", "Rea", "Zoë"]);
  expect(names("sv").at(-1)).toBe("äpple");
  expect(people[0]?.name).toBe("Zoë");
});
