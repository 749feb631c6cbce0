import type { RoomView } from "@natter/sdk";
import { parseRoomName, type Message } from "@natter/sdk/protocol";
import { roomKeyOf } from "../../relay/src/engine/engine.ts";
import { messageFor } from "../../relay/src/engine/fold.ts";
import type { Browser, World } from "./browser.ts";
import { lifeOf, type Record } from "./record.ts";

/** Notes what is not as it must be when everything has become whole again. */
export async function checkEnd(world: World, browsers: readonly Browser[]): Promise<void> {
  checkMessages(world.record);
  checkKept(world.record, browsers);
  for (const browser of browsers) checkPresent(world.record, browser, browsers);
  for (const browser of browsers) {
    for (const view of browser.views()) await checkView(world, browser, view);
  }
}

/** What was acknowledged is stored, once; what was refused is not; each device's messages are in its order. */
function checkMessages(record: Record): void {
  for (const text of record.acked) {
    if (!record.places.has(text)) record.breach("I1", `${text} was acknowledged and is nowhere`);
  }
  for (const [text, places] of record.places) {
    if (new Set([...places].map(logOf)).size < places.size)
      record.breach("I3", `${text} stands at ${[...places].join(" and ")}`);
  }
  for (const [text, life] of record.refused) {
    // What was refused after a wipe may well have stood in the log that is gone.
    const standing = [...(record.places.get(text) ?? [])].filter(
      (place) => lifeOf(logOf(place)) === life && !record.ended.has(logOf(place)),
    );
    if (standing.length > 0 && !record.late.has(text))
      record.breach("I6", `${text} was refused and stands at ${standing.join()}`);
  }
  for (const [key, texts] of record.written) checkOrder(record, key, texts);
}

/** What was written is stored, or refused, or still on a screen: a reload or a lost line loses nothing. */
function checkKept(record: Record, browsers: readonly Browser[]): void {
  const shown = new Set(browsers.flatMap((browser) => browser.views()).flatMap(textsOf));
  for (const text of [...record.written.values()].flat()) {
    const isKnown =
      record.places.has(text) || record.refused.has(text) || record.forgotten.has(text) || shown.has(text);
    if (!isKnown) record.breach("I1", `${text} was written and is nowhere`);
  }
}

function textsOf(view: RoomView): string[] {
  return view.messages.map(({ text }) => text);
}

/** In the end everybody is shown who is there, and nobody else. */
function checkPresent(record: Record, browser: Browser, browsers: readonly Browser[]): void {
  for (const view of browser.views()) {
    if (view.status !== "live") continue;
    const there = browsers.filter((each) =>
      each.views().some(({ room, status }) => room === view.room && status === "live"),
    );
    const expected = [...new Set(there.map(({ person }) => person.user))].sort();
    const listed = view.members.map(({ id }) => id).sort();
    const isRight =
      view.count === expected.length && (listed.length === 0 || listed.join() === expected.join());
    if (!isRight) {
      const shown = `${view.count} (${listed.join()})`;
      record.breach(
        "I11",
        `${browser.person.device} shows ${shown} in ${view.room}, where ${expected.join()} are`,
      );
    }
  }
}

/** The room and the life of its log: after a wipe, what was unsent then may be stored once more. */
function logOf(place: string): string {
  return place.slice(0, place.lastIndexOf(" "));
}

function checkOrder(record: Record, key: string, texts: readonly string[]): void {
  const last = new Map<string, number>();
  for (const text of texts) {
    const [place] = record.places.get(text) ?? [];
    if (place === undefined || record.late.has(text)) continue;
    const log = logOf(place);
    const seq = Number(place.slice(log.length + 1));
    if (seq < (last.get(log) ?? 0))
      record.breach("I8", `${key}: ${text} stands before what was written earlier`);
    last.set(log, seq);
  }
}

/** After the storm every screen shows what the log says, from its last gap on. */
async function checkView({ log, record, time }: World, browser: Browser, view: RoomView): Promise<void> {
  const who = `${browser.person.device} in ${view.room}`;
  if (!(view.room in browser.person.rooms)) {
    if (view.messages.length > 0) record.breach("I9", `${who} shows messages without a right`);
    return;
  }
  if (view.status !== "live") {
    // A ban holds, and a kick may have come late; all others are back by now.
    const isOut = view.error?.code === "banned" || view.error?.code === "kicked";
    if (!isOut)
      record.breach(
        "I1",
        `${who} is ${view.status}: ${view.error?.message ?? ""} (${browser.chat.state.status})`,
      );
    return;
  }
  const name = parseRoomName(view.room);
  const read = log();
  if (!name.ok || !read) return;
  const key = roomKeyOf("default", name.room);
  const page = read.page(key, 200);
  const head = read.head(key);
  await time.pass(500);
  const truth = (await page).messages.map((message) => messageFor(browser.person.user, message));
  const shown = view.messages.filter((message) => message.seq > 0);
  const from = Math.max(shown[0]?.seq ?? 0, view.gaps.at(-1)?.before ?? 0, truth[0]?.seq ?? 0);
  const a = truth.filter((message) => message.seq >= from).map(essence);
  const b = shown.filter((message) => message.seq >= from).map(essence);
  if (a.join("\n") !== b.join("\n")) {
    const at = a.findIndex((line, index) => line !== b[index]);
    record.breach(
      "I4",
      `${who} shows ${b[at] ?? "nothing"} where the log has ${a[at] ?? "nothing"} (${b.length}/${a.length})`,
    );
  }
  // Above a gap, too, nothing may be shown that is no longer true.
  const essences = new Map(truth.map((message) => [message.seq, essence(message)]));
  for (const message of shown) {
    const now = essences.get(message.seq);
    if (now !== undefined && now !== essence(message)) {
      record.breach("I4", `${who} still shows ${essence(message)} where the log has ${now}`);
    }
  }
  const { epoch, settings, pins } = await head;
  const [shownSettings, trueSettings] = [view.settings, settings].map(sorted);
  if (shownSettings !== trueSettings)
    record.breach("I4", `${who} shows the settings ${shownSettings} where the log has ${trueSettings}`);
  if (view.pins.join() !== pins.join())
    record.breach("I4", `${who} shows ${view.pins.join()} pinned where the log has ${pins.join()}`);
  const told = browser.check?.epochOf(view.room);
  if (told !== undefined && told !== epoch)
    record.breach("I4", `${who} is still told of ${told}, where the log is ${epoch}`);
  const pending = view.messages.filter((message) => message.state === "pending");
  if (pending.length > 0) record.breach("I1", `${who} still sends ${pending[0]?.text ?? ""}`);
}

function essence(message: Omit<Message, "data">): string {
  const { seq, id, text, editedAt, deletedAt, pinned, reactions } = message;
  const held = Object.entries(reactions ?? {}).filter(([, { count }]) => count > 0);
  const told = held.map(([emoji, { count, mine }]) => `${emoji}${count}${mine ? "!" : ""}`).sort();
  return JSON.stringify([seq, id, text, editedAt, deletedAt, pinned ?? false, told]);
}

function sorted(settings: object): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}
