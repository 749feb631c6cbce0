import type { Message } from "@natter/sdk/protocol";
import { RawClient } from "../support/raw-client.ts";
import { Poster, type Client } from "./people.ts";

/** What was found when everybody's account was held against the log. All lists are empty if all is well. */
export interface Findings {
  /** Messages that posters were told are stored. */
  acked: number;
  /** Messages that the rooms hold. */
  stored: number;
  /** Messages that clients were told live or by recovery, all together. */
  told: number;
  /** Acknowledged, and not in the log at the place that was named. */
  lost: string[];
  /** In the log more than once. */
  doubled: string[];
  /** Stored in another order than written, or told in another order than stored, or told twice. */
  disordered: string[];
  /** Stored while a client was in the room, and never told to them. */
  missed: string[];
  /** Clients whose screen shows another room than the log. */
  unlike: string[];
}

/**
 * Waits until all clients show the end of their rooms' logs, then compares what each was told, shows, and was
 * promised with what the logs hold. Posters must have finished.
 *
 * @param url the relay itself: the log is read past all proxies
 */
export async function audit(url: string, clients: readonly Client[]): Promise<Findings> {
  const logs = new Map<string, Message[]>();
  for (const room of new Set(clients.map((client) => client.room))) {
    logs.set(room, await wholeLog(url, room));
  }
  const accounts = await Promise.all(clients.map((client) => examine(client, logs.get(client.room) ?? [])));
  const texts = [...logs.values()].flat().map((message) => message.text);
  const known = new Set<string>();
  return {
    acked: accounts.reduce((sum, { acked }) => sum + acked, 0),
    stored: texts.length,
    told: clients.reduce((sum, { told }) => sum + told.length, 0),
    lost: accounts.flatMap(({ lost }) => lost),
    doubled: texts.filter((text) => known.size === known.add(text).size),
    disordered: accounts.flatMap(({ disordered }) => disordered),
    missed: accounts.flatMap(({ missed }) => missed),
    unlike: accounts.flatMap(({ unlike }) => unlike),
  };
}

type Account = Pick<Findings, "acked" | "lost" | "disordered" | "missed" | "unlike">;

async function examine(client: Client, log: readonly Message[]): Promise<Account> {
  const first = await client.ready();
  // Who does not come that far is told of below, with what they lack.
  await client.caughtUp(log.at(-1)?.seq ?? 0).catch(() => {});
  const acked = client instanceof Poster ? client.acked : [];
  const held = new Map(log.map(({ seq, text }) => [seq, text]));
  const told = new Set(client.told);
  const { gaps } = client.handle.view();
  return {
    acked: acked.length,
    lost: acked.flatMap(({ seq, text }) => (held.get(seq) === text ? [] : `${text} at ${seq}`)),
    disordered: [...writtenDisorder(client, log), ...toldDisorder(client)],
    missed: [
      ...gaps.map(({ after, before }) => `${client.sub}: a gap from ${after} to ${before}`),
      ...log.flatMap(({ seq }) => (seq > first && !told.has(seq) ? `${client.sub}: ${seq}` : [])),
    ],
    unlike: difference(client, log),
  };
}

/** This client's own messages that the log holds in another order than they were written in. */
function writtenDisorder(client: Client, log: readonly Message[]): string[] {
  const own = log.flatMap(({ by, text }) => (by.id === client.sub ? text : []));
  return own.filter((text, at) => at > 0 && numberOf(text) <= numberOf(own[at - 1] ?? ""));
}

function toldDisorder({ sub, told }: Client): string[] {
  return told.flatMap((seq, at) => (at > 0 && seq <= (told[at - 1] ?? 0) ? `${sub}: ${seq}` : []));
}

/** The first line of a screen that is not as in the log, if there is one. */
function difference(client: Client, log: readonly Message[]): string[] {
  const shown = client.handle.view().messages;
  const from = log.findIndex(({ seq }) => seq === shown[0]?.seq);
  const wanted = from < 0 ? log : log.slice(from);
  const length = Math.max(shown.length, wanted.length);
  for (let at = 0; at < length; at++) {
    const [is, shall] = [shown[at], wanted[at]];
    if (is && shall && is.state === undefined && lineOf(is) === lineOf(shall)) continue;
    return [`${client.sub} shows ${is ? lineOf(is) : "nothing"} for ${shall ? lineOf(shall) : "nothing"}`];
  }
  return [];
}

function lineOf({ seq, id, at, by, text }: Message): string {
  return JSON.stringify([seq, id, at, by.id, text]);
}

/** Every message of a room, read page by page over a plain connection. */
async function wholeLog(url: string, room: string): Promise<Message[]> {
  const auditor = await RawClient.enter(url, "auditor");
  const messages: Message[] = [];
  for (let more = true; more;) {
    const before = messages[0]?.seq;
    const page = await auditor.ask({ type: "history", room, limit: 200, ...(before && { before }) });
    messages.unshift(...(page["messages"] as Message[]));
    more = page["more"] === true;
  }
  auditor.terminate();
  return messages;
}

function numberOf(text: string): number {
  return Number(text.split(" ")[1]);
}
