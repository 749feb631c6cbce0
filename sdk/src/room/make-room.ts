import { ChatError, errorOf } from "../chat-error.ts";
import type { Restriction, RoomEvent, Settings } from "../protocol/log.ts";
import type { RestrictedUser } from "../protocol/moderation-packets.ts";
import type { JoinResult } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import type { Verb } from "../protocol/roles.ts";
import type { ChatStorage } from "../storage.ts";
import { makeEmitter } from "../subscribable.ts";
import { CLOSED, attend } from "./attendance.ts";
import { statusOf, unsentMessage } from "./draw.ts";
import { repinned } from "./fold.ts";
import { keepHistory } from "./history.ts";
import { answerTo, type Link, type LinkNews, type Question, type RoomPacket } from "./link.ts";
import { messageId } from "./message-id.ts";
import { openOutboxStore, type OutboxStore } from "./outbox-store.ts";
import { unsent, type Draft, type Writing } from "./outbox.ts";
import { makeTyping } from "./own-typing.ts";
import { keepPeople } from "./people.ts";
import { makeReadMarker } from "./read-marker.ts";
import { unreadAfter } from "./reading.ts";
import type { ChatTypes, RoomListeners } from "./room-events.ts";
import type { PostOptions, Room } from "./room.ts";
import { handled, makeSender, type Sent } from "./sender.ts";
import { firstAfter, positionOf, type Span, type Start } from "./timeline.ts";
import type { Gap, RoomView, ViewMessage } from "./view.ts";

/** What a room is made of. */
export interface RoomParts {
  readonly name: RoomName;
  readonly link: Link;
  readonly storage: ChatStorage;
  /** Names the relay, and the app, in storage. */
  readonly relay: string;
  /** Told when the handle was closed. */
  readonly closed: () => void;
}

/** A room as the connection sees it: what is told to it, beside the handle that applications hold. */
export interface RoomInlet<T extends ChatTypes> {
  readonly handle: Room<T>;
  hear(news: LinkNews): void;
  packet(packet: RoomPacket): void;
}

/** Puts a room's parts together: hands each packet to the part that it concerns, and draws one view of them all. */
export function makeRoom<T extends ChatTypes>(parts: RoomParts): RoomInlet<T> {
  const { name, link, storage, relay } = parts;
  const { clock } = link;
  const emitter = makeEmitter<RoomListeners & { view: RoomView }>();
  const gaps = new WeakMap<Span, Gap>();
  let can: ReadonlySet<Verb> = new Set();
  let settings: Settings = {};
  let pins: readonly number[] = [];
  let muted: Restriction | undefined;
  let store: OutboxStore | undefined;
  let userId: string | undefined;
  let view: RoomView | undefined;
  let isTelling = false;
  /** False until what an earlier page left unsent is taken over, which goes first. */
  let hasOutbox = false;

  const history = keepHistory(name, link, changed, (messages) => {
    sender.seen(messages.filter(({ by }) => by.id === userId));
  });
  const people = keepPeople(name, link, changed);
  const marker = makeReadMarker(clock, changed, (seq) => link.send({ type: "read", room: name, seq }));
  const typing = makeTyping(clock, (on) => link.send({ type: "typing", room: name, on }));
  const attendance = attend({
    room: name,
    link,
    position: () => positionOf(history.timeline()),
    joined,
    changed: moved,
  });
  const sender = makeSender({
    link,
    isLive: () => hasOutbox && attendance.state().at === "inside",
    place: history.timeline,
    ask: (writing, reply) => link.ask({ ...writing, room: name } as Question<"post">, reply),
    changed() {
      store?.save(unsent(sender.outbox()));
      changed();
    },
  });
  /** Tells that the view is another one, once for all that happens in this turn of the event loop. */
  function changed(): void {
    view = undefined;
    if (isTelling) return;
    isTelling = true;
    queueMicrotask(() => {
      isTelling = false;
      emitter.emit("view", currentView());
    });
  }

  function currentView(): RoomView {
    return (view ??= draw());
  }

  function draw(): RoomView {
    const { epoch, messages, gaps, from } = history.timeline();
    const { members, count, typing } = people.roster();
    const unsent = sender.outbox().flatMap((entry) => unsentMessage(entry, link.user));
    const state = attendance.state();
    const { error } = { ...(link.state.status === "refused" && link.state), ...state };
    return {
      room: name,
      status: statusOf(state, epoch !== undefined),
      messages: unsent.length > 0 ? [...messages, ...unsent] : messages,
      gaps: gaps.map(gapOf),
      members,
      count,
      typing,
      can,
      settings,
      pins,
      ...(muted && { muted }),
      ...unreadAfter(messages, marker.seq()),
      atBeginning: from === 0,
      ...(error && { error }),
    };
  }

  /** Resolves when the view has changed. */
  function change(): Promise<void> {
    return new Promise((resolve) => {
      const stop = emitter.on("view", () => {
        stop();
        resolve();
      });
    });
  }

  function gapOf(span: Span): Gap {
    const gap = gaps.get(span) ?? { ...span, load: (limit) => handled(history.load(span, limit)) };
    gaps.set(span, gap);
    return gap;
  }

  function moved(): void {
    changed();
    const state = attendance.state();
    if (state.at !== "removed") return;
    people.hush();
    sender.failAll(state.error);
    emitter.emit("removed", state.error);
  }

  function joined(result: JoinResult, held: readonly RoomEvent[]): void {
    const { epoch, seq, recovered, events = [], messages = [], more = false, members, count, read } = result;
    can = new Set(result.can);
    ({ settings, muted } = result);
    pins = result.pins ?? [];
    people.counted(members, count);
    if (!recovered) start({ epoch, seq, messages, more });
    // Asked for by a user who is another one by now: nothing is held that this could go on from.
    else if (epoch !== history.timeline().epoch) return attendance.lostTrack();
    else apply(events);
    // A recovery that is not whole is none: the connection ends the line over it.
    if (history.timeline().seq < seq) throw new Error();
    marker.joined(read, seq);
    apply(held);
    sender.pump();
    changed();
  }

  function start(from: Start): void {
    const before = history.timeline();
    history.restart(from);
    const { messages, gaps, epoch } = history.timeline();
    sender.seen(messages.filter(({ mine }) => mine));
    for (const gap of gaps) if (!before.gaps.includes(gap)) emitter.emit("gap", gapOf(gap));
    if (epoch !== before.epoch) return;
    for (const message of messages) if (message.seq > before.seq) emitter.emit("message", message);
  }

  function apply(events: readonly RoomEvent[]): void {
    const { applied, missing } = history.replay(events);
    sender.seen(applied.filter(({ kind, by }) => kind === "message" && by.id === userId));
    for (const event of applied) {
      pins = repinned(pins, event);
      tell(event);
    }
    if (missing) attendance.lostTrack();
    else if (applied.length > 0) attendance.onTrack();
  }

  function tell(event: RoomEvent): void {
    if (event.kind === "settings") ({ settings } = event);
    if (event.kind === "moderation" && event.user === userId) {
      if (event.action === "mute") muted = event;
      if (event.action === "unmute") muted = undefined;
    }
    if (event.kind !== "message") return emitter.emit(event.kind, event);
    people.typing(event.by, false);
    const message = firstAfter(history.timeline().messages, event.seq - 1);
    if (message) emitter.emit("message", message);
  }

  function packetCame(packet: RoomPacket): void {
    switch (packet.type) {
      case "event":
        if (!attendance.hold(packet)) apply([packet]);
        return;
      case "presence":
        people.presence(packet);
        return emitter.emit("presence", { joined: [], left: [], ...packet });
      case "typing":
        if (packet.user.id === userId) return;
        people.typing(packet.user, packet.on);
        return emitter.emit("typing", packet);
      case "signal":
        return emitter.emit("signal", packet as RoomListeners["signal"]);
      case "read":
        return marker.move(packet.seq, true);
      case "reset":
        ({ settings } = packet);
        pins = packet.pins ?? [];
        return start(packet);
      case "left":
        return attendance.remove(errorOf(packet));
      case "error":
        return emitter.emit("error", errorOf(packet));
      default:
        return void (packet satisfies never);
    }
  }

  function welcomed(): void {
    const id = link.user?.id;
    if (id === userId) return;
    if (userId !== undefined) {
      // Nothing that was one user's is shown to another, or sent in their name.
      end(new ChatError("identity-changed", "Somebody else is signed in by now."));
      history.restart();
    }
    userId = id;
    hasOutbox = false;
    store = openOutboxStore(storage, `natter:outbox:${relay}:${id}:${name}`, restore, () => {
      hasOutbox = true;
      sender.pump();
    });
    store.save(unsent(sender.outbox()));
    changed();
  }

  function restore(drafts: readonly Draft[]): void {
    sender.restore(drafts);
    sender.seen(history.timeline().messages.filter(({ mine }) => mine));
  }

  /** What is this user's ends here; what is not sent yet stays in the storage. */
  function end(error: ChatError): void {
    store?.close();
    store = undefined;
    sender.reset(error);
    marker.reset();
    people.hush();
  }

  function write(writing: WithoutId): Promise<Sent> {
    attendance.want();
    const state = attendance.state();
    if (state.at === "closed") return handled(Promise.reject(state.error));
    const sent = sender.write({ ...writing, id: messageId(clock.now()) });
    if (state.at === "removed") sender.failAll(state.error);
    return sent;
  }

  async function post(text: string, { reply, data }: PostOptions): Promise<Sent> {
    typing(false);
    if (!text) throw new ChatError("invalid", "A message needs a text.");
    return write({ type: "post", text, ...(reply && { reply }), ...(data && { data: plain(data) }) });
  }

  async function older(limit?: number): Promise<boolean> {
    attendance.want();
    for (;;) {
      const state = attendance.state();
      if ("error" in state) throw state.error;
      if (history.timeline().epoch !== undefined) return history.older(limit);
      await change();
    }
  }

  async function restrictions(): Promise<RestrictedUser[]> {
    const all: RestrictedUser[] = [];
    for (let after = ""; ;) {
      const page = await answerTo(link, { type: "restrictions", room: name, ...(after && { after }) });
      all.push(...page.restrictions);
      if (!page.next) return all;
      after = page.next;
    }
  }

  async function* follow(): AsyncGenerator<ViewMessage, void, undefined> {
    const news: ViewMessage[] = [];
    const stop = emitter.on("message", (message) => news.push(message));
    attendance.want();
    try {
      for (;;) {
        const state = attendance.state();
        const next = news.shift();
        if (next) yield next;
        else if (state.at === "closed") return;
        else if (state.at === "removed") throw state.error;
        else await change();
      }
    } finally {
      stop();
    }
  }

  const handle: Room = {
    name,
    view() {
      attendance.want();
      return currentView();
    },
    subscribe(listener) {
      attendance.want();
      return emitter.on("view", listener);
    },
    on(name, listener) {
      attendance.want();
      return emitter.on(name, listener);
    },
    post: (text, options = {}) => handled(post(text, options)),
    retry: sender.retry,
    discard: sender.discard,
    edit: (target, text) => write({ type: "edit", target, text }),
    delete: (target, reason) => write({ type: "delete", target, ...(reason && { reason }) }),
    react: (target, emoji, on = true) => write({ type: "react", target, emoji, on }),
    pin: (target, on = true) => write({ type: "pin", target, on }),
    moderate: (action, user, options) => write({ type: "moderate", action, user, ...options }),
    restrictions: () => handled(restrictions()),
    configure: (settings) => write({ type: "configure", ...settings }),
    older: (limit) => handled(older(limit)),
    message: (seq) => handled(history.find(seq)),
    typing(on = true) {
      attendance.want();
      typing(on);
    },
    markRead(seq = history.timeline().messages.at(-1)?.seq ?? 0) {
      marker.move(seq, false);
    },
    signal: (signal, data) => link.send({ type: "signal", room: name, name: signal, data: plain(data) }),
    rejoin: attendance.rejoin,
    close() {
      const { at } = attendance.state();
      if (at === "closed") return;
      typing(false);
      attendance.close();
      if (at === "inside" || at === "joining") link.ask({ type: "leave", room: name }, UNHEARD);
      end(CLOSED);
      parts.closed();
    },
    [Symbol.asyncIterator]: follow,
  };

  function hear(news: LinkNews): void {
    attendance.hear(news);
    if (news === "line-down") people.hush();
    else if (news === "welcome") welcomed();
    else if (news === "state") changed();
  }

  return { handle, hear, packet: packetCame };
}

type WithoutId = { [K in Writing["type"]]: Omit<Extract<Writing, { type: K }>, "id"> }[Writing["type"]];

/** Data as JSON will carry it. What cannot be carried fails here, at the call, and not later on the line. */
function plain<D>(data: D): D {
  try {
    return data === undefined ? data : (JSON.parse(JSON.stringify(data)) as D);
  } catch (cause) {
    throw new ChatError("invalid", "This data cannot be written as JSON.", { cause });
  }
}

const UNHEARD = { ok: () => {}, failed: () => {} };
