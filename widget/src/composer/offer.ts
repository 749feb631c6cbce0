import type { RoomView } from "@natter/sdk";
import type { Person } from "@natter/sdk/protocol";
import { isInWord, WORD_SIGN } from "../markup/names.ts";
import { emojiByName, emojiLike } from "./emoji.ts";

/** One way to complete what is being written. */
export interface Choice {
  /** What stands in its place then. */
  text: string;
  /** What it is called. */
  label: string;
  /** What it looks like: an emoji, or the person. */
  face: string | Person;
}

/** The ways to complete what stands between `from` and `to`, the likeliest first; at least one. */
export interface Offer {
  from: number;
  to: number;
  choices: Choice[];
}

/** More than a glance takes in is no help. */
const MOST = 5;
/** How far back something begun is looked for: the longest name there may be, and its sign. */
const FAR = 260;
/** How many messages back their authors are offered. */
const HEARD = 500;

// A colon or an @ within a word is part of it: a time, an address. Input methods write both signs wide.
const EMOJI = new RegExp(String.raw`(?<!${WORD_SIGN}|:)[:：]([-+\w]{1,20})([:：]?)$`, "u");
const NAME = new RegExp(`(?<!${WORD_SIGN})[@＠]([^@＠\\n]*)$`, "u");

/** What can be offered to somebody who has written this far: emoji after `:sm`, people after `@`. */
export function offerAt(text: string, caret: number, people: () => Iterable<Person>): Offer | undefined {
  if (isInWord(text, caret)) return undefined;
  const before = beforeCaret(text, caret);
  const [, emoji = "", closing] = EMOJI.exec(before) ?? [];
  const isEmoji = emoji.length > 1 && !closing;
  const part = isEmoji ? emoji : NAME.exec(before)?.[1];
  if (part === undefined) return undefined;
  const choices = isEmoji ? emojiFor(part) : namesFor(part, people());
  if (choices.length === 0) return undefined;
  // The next word is to follow, unless it does already.
  const gap = /\s/.test(text.charAt(caret)) ? "" : " ";
  const shown = choices.slice(0, MOST).map((choice) => ({ ...choice, text: choice.text + gap }));
  return { from: caret - part.length - 1, to: caret, choices: shown };
}

/** The emoji that a name just closed with a second colon stands for. */
export function emojiAt(text: string, caret: number): { from: number; emoji: string } | undefined {
  const [written = "", name = "", closing] = EMOJI.exec(beforeCaret(text, caret)) ?? [];
  const emoji = closing && emojiByName().get(name.toLowerCase());
  return emoji ? { from: caret - written.length, emoji } : undefined;
}

function beforeCaret(text: string, caret: number): string {
  return text.slice(Math.max(0, caret - FAR), caret);
}

function emojiFor(part: string): Choice[] {
  const like = emojiLike(part.toLowerCase());
  return like.map(([name, emoji]) => ({ text: emoji, label: `:${name}:`, face: emoji }));
}

function namesFor(part: string, people: Iterable<Person>): Choice[] {
  const asked = fold(part);
  const first: Choice[] = [];
  const then: Choice[] = [];
  for (const person of people) {
    const name = fold(person.name);
    const choice = { text: `@${person.name}`, label: person.name, face: person };
    if (name.startsWith(asked)) first.push(choice);
    else if (name.includes(` ${asked}`)) then.push(choice);
  }
  // Two people of one name are called by the same words.
  const choices = [...new Map([...first, ...then].map((choice) => [choice.label, choice])).values()];
  // Nothing is left to complete in a whole name, and Enter behind it means "send".
  const isWhole = choices.length === 1 && choices[0]?.label.toLowerCase() === part.toLowerCase();
  return isWhole ? [] : choices;
}

// Taken apart, a syllable of Hangul that is not finished is the beginning of the finished one, and an accent that
// nobody types is none.
function fold(text: string): string {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}

/** Whom one can call in a room: who spoke last comes first, then everybody else who is here, but not oneself. */
export function callable(
  { messages, members }: Pick<RoomView, "messages" | "members">,
  ownId: string | undefined,
): Iterable<Person> {
  const people = new Map<string, Person>();
  for (const { by, mine } of messages.slice(-HEARD).reverse()) if (!mine) people.set(by.id, by);
  // A member may bear another name by now.
  for (const member of members) if (member.id !== ownId) people.set(member.id, member);
  return people.values();
}
