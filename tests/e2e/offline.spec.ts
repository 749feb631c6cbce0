import { answer, edit, expect, react, remove, test } from "./company.ts";
import { everythingIn, hear, screenOf } from "./screen.ts";

/** How long somebody is away whose train is in a tunnel. */
const AWAY_MS = 30_000;

// Rooms are in a file, as on any relay that is not told otherwise.
test.use({ relayOptions: { args: ["--dev"] } });
// Three browsers are slow on a busy machine, and the longest wait between two attempts is 20 s.
test.setTimeout(150_000);
const BACK = { timeout: 30_000 };

test("[P3] half a minute offline while others post, edit and delete: on return all screens are the same", async ({
  company,
}) => {
  const { ann, bo, reader, line } = company;
  const before = await screenOf(bo, "Bo");
  await company.loseBo();
  const from = Date.now();
  await bo.says("Meet me at the mill");
  const own = bo.messages.last();
  await expect(own).toContainText("Will be sent when the connection is back");

  const meanwhile = [
    () => ann.says("Jetty four"),
    () => edit(ann, "The ferry leaves at nine", "The ferry leaves at ten"),
    () => ann.says("Nobody reads this one"),
    () => remove(ann, "My number is 555 0100"),
    () => edit(ann, "Jetty four", "Jetty five"),
    () => react(ann, "Which jetty is it?", "🎉"),
    () => remove(ann, "Nobody reads this one"),
    () => answer(ann, "Counting 2.", "Do not count on it"),
    () => ann.says("Bo, are you there?"),
  ];
  for (const [at, act] of meanwhile.entries()) {
    await act();
    // The time away is what is tested; nothing waits for its end.
    await bo.page.waitForTimeout(from + (AWAY_MS * (at + 1)) / meanwhile.length - Date.now());
  }
  expect(line.connections).toHaveLength(0);
  const waiting = expect.objectContaining({ by: "Bo", text: "Meet me at the mill" });
  expect(await screenOf(bo, "Bo")).toEqual([...before, waiting]);

  const heard = await hear(bo.page);
  await company.findBo();
  await expect(own).not.toContainText("Will be sent", BACK);
  const lines = await company.agreed();
  expect(lines.slice(0, -9)).toEqual(before.slice(0, -4));
  expect(lines.slice(-9)).toMatchObject([
    { by: "Ann", text: "The ferry leaves at ten edited", reactions: "" },
    { by: "Ann", text: "Message deleted" },
    { by: "Bo", text: "Saved it", quote: "Ann Message deleted" },
    { by: "Bo", text: "Which jetty is it?", reactions: "🎉 1 person" },
    { by: "Ann", text: "Jetty five edited" },
    { by: "Ann", text: "Message deleted" },
    { by: "Ann", text: "Do not count on it", quote: "Bo Counting 2." },
    { by: "Ann", text: "Bo, are you there?" },
    { by: "Bo", text: "Meet me at the mill" },
  ]);
  // What was deleted meanwhile is no news: to Bo, who hears how much there is, and to who reads further up.
  await expect.poll(heard).toEqual(["3 new messages"]);
  await expect(reader.page.getByRole("button", { name: /^4 new messages/ })).toBeVisible();

  await company.reload();
  expect(await company.agreed()).toEqual(lines);
  for (const page of company.pages) {
    const source = await everythingIn(page);
    expect(source).toContain("Meet me at the mill");
    for (const text of ["555 0100", "Nobody reads"]) expect(source).not.toContain(text);
  }
});

test("[SDK1] what was written without a line is sent once by the page that follows, in its order", async ({
  company,
}) => {
  const { ann, bo } = company;
  await company.loseBo();
  await bo.says("First without a line");
  await bo.says("Second without a line");
  // There is a network again, but no way to the relay yet.
  await bo.page.context().setOffline(false);
  await bo.page.reload();
  await ann.says("Said in between");
  await company.findBo();
  // Nothing is sent after this that was written before it.
  await bo.says("After the reload");
  await expect(ann.messages.last()).toContainText("After the reload", BACK);

  const lines = await company.agreed();
  expect(lines.slice(-5).map(({ text }) => text)).toEqual([
    "Which jetty is it?",
    "Said in between",
    "First without a line",
    "Second without a line",
    "After the reload",
  ]);
  await company.reload();
  expect(await company.agreed()).toEqual(lines);
});

for (const [how, reloads] of [
  ["the same page", false],
  ["the page that follows", true],
] as const) {
  test(`[P2] a message that was stored, and whose answer was lost, is not stored again by ${how}`, async ({
    company,
  }) => {
    const { ann, bo, line } = company;
    line.discard("down");
    await bo.says("Said into the wind");
    await expect(ann.messages.last()).toContainText("Said into the wind");
    await expect(bo.messages.last()).toContainText("Sending…");
    await company.loseBo();
    await expect(bo.messages.last()).toContainText("Will be sent when the connection is back");
    if (reloads) {
      await bo.page.context().setOffline(false);
      await bo.page.reload();
    }
    await company.findBo();
    await bo.says("Here again");
    await expect(ann.messages.last()).toContainText("Here again", BACK);

    const lines = await company.agreed();
    const texts = ["Which jetty is it?", "Said into the wind", "Here again"];
    expect(lines.slice(-3).map(({ text }) => text)).toEqual(texts);
    await company.reload();
    expect(await company.agreed()).toEqual(lines);
  });
}

test("[P8] a relay that is killed while somebody is away: on return all screens are the same", async ({
  company,
  relay,
}) => {
  const { ann, bo } = company;
  const before = await screenOf(bo, "Bo");
  await company.loseBo();
  await bo.says("Meet me at the mill");
  await ann.says("Jetty four");
  await edit(ann, "The ferry leaves at nine", "The ferry leaves at ten");
  await remove(ann, "My number is 555 0100");
  await relay.restart("SIGKILL");
  await ann.says("Jetty five, I mean");
  await expect(company.reader.messages.last()).toContainText("Jetty five, I mean", BACK);
  await company.findBo();

  await expect(ann.messages.last()).toContainText("Meet me at the mill", BACK);
  const lines = await company.agreed();
  expect(lines.slice(0, -7)).toEqual(before.slice(0, -4));
  expect(lines.slice(-7)).toMatchObject([
    { by: "Ann", text: "The ferry leaves at ten edited" },
    { by: "Ann", text: "Message deleted" },
    { by: "Bo", text: "Saved it", quote: "Ann Message deleted" },
    { by: "Bo", text: "Which jetty is it?" },
    { by: "Ann", text: "Jetty four" },
    { by: "Ann", text: "Jetty five, I mean" },
    { by: "Bo", text: "Meet me at the mill" },
  ]);
  await company.reload();
  expect(await company.agreed()).toEqual(lines);
});
