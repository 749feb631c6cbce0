import { expect, it } from "vitest";
import { NEW } from "../../src/composer/task.ts";
import { Writing } from "../../src/composer/writing.ts";
import { message } from "../support/messages.ts";

let places = 0;

function writing(): { writing: Writing; place: string } {
  const place = `place ${places++}`;
  const writing = new Writing();
  writing.comeTo(place);
  return { writing, place };
}

it("keeps a draft for each place", () => {
  const { writing: one, place } = writing();
  one.write("half a thou");
  one.comeTo("elsewhere");
  expect(one.text).toBe("");
  one.comeTo(place);
  expect(one.text).toBe("half a thou");
});

it("keeps nothing of a word that is being composed", () => {
  const { writing: one, place } = writing();
  one.write("漢字");
  one.write("漢字か", false);
  expect(one.text).toBe("漢字か");
  one.comeTo(place);
  expect(one.text).toBe("漢字");
});

it("lays the draft aside for an edit, and gives it back", () => {
  const { writing: one } = writing();
  one.write("a draft");
  one.begin({ kind: "edit", message: message({ text: "old" }) });
  expect(one.text).toBe("old");
  one.write("new");
  one.begin(NEW);
  expect(one.text).toBe("a draft");
});

it("takes the text along into an answer and out of it", () => {
  const { writing: one } = writing();
  one.write("well, ");
  one.begin({ kind: "reply", message: message() });
  expect(one.text).toBe("well, ");
  one.begin(NEW);
  expect(one.text).toBe("well, ");
});

it("does not take an edit or an answer along to another place", () => {
  const { writing: one } = writing();
  one.begin({ kind: "edit", message: message({ text: "old" }) });
  one.comeTo("yet another place");
  expect(one.task).toBe(NEW);
  expect(one.text).toBe("");
});

it("ends an edit whose message is deleted, and keeps what was made of it where nothing else is written", () => {
  const before = message({ seq: 3, text: "old" });
  const after = [message({ seq: 3, text: "", deletedAt: 1 })];
  const { writing: one } = writing();
  one.begin({ kind: "edit", message: before });
  expect(one.endIfDeleted([before])).toBe(false);
  one.write("rewritten");
  expect(one.endIfDeleted(after)).toBe(true);
  expect([one.task, one.text]).toEqual([NEW, "rewritten"]);
  expect(one.endIfDeleted(after)).toBe(false);

  one.write("a draft");
  one.begin({ kind: "edit", message: before });
  one.write("rewritten");
  one.endIfDeleted(after);
  expect(one.text).toBe("a draft");
});

it("ends an answer to a message that is deleted, and keeps its text", () => {
  const { writing: one } = writing();
  one.begin({ kind: "reply", message: message({ seq: 3 }) });
  one.write("I agree");
  expect(one.endIfDeleted([message({ seq: 3, text: "", deletedAt: 1 })])).toBe(true);
  expect([one.task, one.text]).toEqual([NEW, "I agree"]);
});

it("shows the message as it is by now", () => {
  const { writing: one } = writing();
  one.begin({ kind: "reply", message: message({ seq: 3, text: "before" }) });
  expect(one.about([message({ seq: 3, text: "after" })])?.text).toBe("after");
  expect(one.about([])?.text).toBe("before");
});
