import { ChatError, type ChatErrorCode } from "../chat-error.ts";
import type { RoomEvent, Settings } from "../protocol/log.ts";
import type { JoinResult } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import type { Verb } from "../protocol/roles.ts";
import type { ChatStorage } from "../storage.ts";
import { makeEmitter, makeListeners } from "../subscribable.ts";
import { attend } from "./attendance.ts";
import { draw } from "./draw.ts";
import { follow, joinedOnce } from "./follow.ts";
import { keepHistory } from "./history.ts";
import type { Link, Question, RoomPacket } from "./link.ts";
import { messageId } from "./message-id.ts";
import { openOutboxStore, type OutboxStore } from "./outbox-store.ts";
import { unsent, type Draft, type Writing } from "./outbox.ts";
import { makeTyping } from "./own-typing.ts";
import { keepPeople } from "./people.ts";
import { makeReadMarker } from "./read-marker.ts";
import type { ChatTypes, RoomListeners } from "./room-events.ts";
import type { PostOptions, Room } from "./room.ts";
import { handled, makeSender, type Sent } from "./sender.ts";
import { firstAfter, positionOf, type Span, type Start } from "./timeline.ts";
import type { Gap, RoomView } from "./view.ts";

/** What a room is made of. */
export interface RoomParts {
  readonly name: RoomName;
  readonly link: Link;
  readonly storage: ChatStorage;
  /** Names the relay in storage. */
  readonly relay: string;
  /** Told when the handle was closed. */
  readonly closed: () => void;
}

/** A room as the connection sees it: what is told to it, beside the handle that applications hold. */
export interface RoomInlet<T extends ChatTypes> {
  readonly handle: Room<T>;
  lineUp(): void;
  lineDown(): void;
  /** The relay said who this user is. */
  welcomed(): void;
  /** The connection was given another token. */
  renewed(): void;
  packet(packet: RoomPacket): void;
  /** Something outside the room that its view shows has changed. */
  changed(): void;
}

/** Puts a room's parts together: hands each packet to the part that it concerns, and draws one view of them all. */
export function makeRoom<T extends ChatTypes>(parts: RoomParts): RoomInlet<T> {
  const { name, link, storage, relay } = parts;
  const { clock } = link;
  const emitter = makeEmitter<RoomListeners>();
  const watchers = makeListeners<RoomView>();
  const gaps = new WeakMap<Span, Gap>();
  let can: ReadonlySet<Verb> = new Set();
  let settings: Settings = {};
  let store: OutboxStore | undefined;
  let userId: string | undefined;
  let view: RoomView | undefined;
  let isTelling = false;

  const history = keepHistory(name, link, changed);
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
    isLive: () => attendance.state().at === "inside",
    place: history.timeline,
    ask: (writing, reply) => link.ask({ ...writing, room: name } as Question<"post">, reply),
    changed() {
      store?.save(unsent(sender.outbox()));
      changed();
    },
  });
  const followed = {
    attending: attendance.state,
    timeline: history.timeline,
    change: () =>
      new Promise<void>((resolve) => {
        const stop = watchers.add(() => {
          stop();
          resolve();
        });
      }),
  };

  /** Tells that the view is another one, once for all that happens in this turn of the event loop. */
  function changed(): void {
    view = undefined;
    if (isTelling) return;
    isTelling = true;
    queueMicrotask(() => {
      isTelling = false;
      watchers.tell(currentView());
    });
  }

  function currentView(): RoomView {
    return (view ??= draw({
      room: name,
      attending: attendance.state(),
      timeline: history.timeline(),
      outbox: sender.outbox(),
      roster: people.roster(),
      can,
      settings,
      read: marker.seq(),
      user: link.user,
      refusal: link.refusal,
      gapOf,
    }));
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
    ({ settings } = result);
    people.joined(members, count);
    if (!recovered) start({ epoch, seq, messages, more });
    // Asked for by a user who is another one by now: nothing is held that this could go on from.
    else if (epoch !== history.timeline().epoch) return attendance.lostTrack();
    else apply(events);
    if (history.timeline().seq < seq) throw new Error("A recovery was not whole.");
    marker.joined(read, seq);
    apply(held);
    sender.pump();
    changed();
  }

  function start(from: Start): void {
    const { epoch, seq } = history.timeline();
    const gap = history.restart(from);
    const { messages } = history.timeline();
    sender.seen(messages.filter(({ mine }) => mine));
    if (gap) emitter.emit("gap", gapOf(gap));
    if (epoch !== from.epoch) return;
    for (const message of messages) if (message.seq > seq) emitter.emit("message", message);
  }

  function apply(events: readonly RoomEvent[]): void {
    const { applied, missing } = history.replay(events);
    sender.seen(applied.filter(({ kind, by }) => kind === "message" && by.id === userId));
    for (const event of applied) tell(event);
    if (missing) attendance.lostTrack();
    else if (applied.length > 0) attendance.onTrack();
  }

  function tell(event: RoomEvent): void {
    if (event.kind === "settings") ({ settings } = event);
    if (event.kind !== "message") return emitter.emit(event.kind, event as never);
    people.wrote(event.by.id);
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
        people.typing(packet);
        return emitter.emit("typing", packet);
      case "signal":
        return emitter.emit("signal", packet as RoomListeners["signal"]);
      case "read":
        return marker.move(packet.seq, true);
      case "reset":
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
      history.reset();
    }
    userId = id;
    store = openOutboxStore(storage, `natter:outbox:${relay}:${id}:${name}`, restore);
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
    const sent = sender.write({ ...writing, id: messageId(clock.now()) } as Writing);
    if (state.at === "removed") sender.failAll(state.error);
    return sent;
  }

  async function post(text: string, { reply, data }: PostOptions): Promise<Sent> {
    typing(false);
    if (!text) throw new ChatError("invalid", "A message needs a text.");
    return write({ type: "post", text, ...(reply && { reply }), ...(data && { data: plain(data) }) });
  }

  const handle: Room = {
    name,
    view() {
      attendance.want();
      return currentView();
    },
    subscribe(listener) {
      attendance.want();
      return watchers.add(listener as (view: RoomView) => void);
    },
    on(name, listener) {
      attendance.want();
      return emitter.on(name, listener as (value: unknown) => void);
    },
    post: (text, options = {}) => handled(post(text, options)),
    retry: sender.retry,
    discard: sender.discard,
    edit: (target, text) => write({ type: "edit", target, text }),
    delete: (target, reason) => write({ type: "delete", target, ...(reason && { reason }) }),
    react: (target, emoji, on = true) => write({ type: "react", target, emoji, on }),
    pin: (target, on = true) => write({ type: "pin", target, on }),
    moderate: (action, user, options) => write({ type: "moderate", action, user, ...options }),
    configure: (settings) => write({ type: "configure", ...settings }),
    older(limit) {
      attendance.want();
      return handled(joinedOnce(followed).then(() => history.older(limit)));
    },
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
    [Symbol.asyncIterator]() {
      attendance.want();
      return follow(followed);
    },
  };

  return {
    handle: handle as unknown as Room<T>,
    lineUp: attendance.lineUp,
    lineDown() {
      attendance.lineDown();
      people.hush();
    },
    welcomed,
    renewed: attendance.refresh,
    packet: packetCame,
    changed,
  };
}

type WithoutId = { [K in Writing["type"]]: Omit<Extract<Writing, { type: K }>, "id"> }[Writing["type"]];

/** Data as JSON will carry it. What cannot be carried fails here, at the call, and not later on the line. */
function plain<D>(data: D): D {
  try {
    return JSON.parse(JSON.stringify(data)) as D;
  } catch (cause) {
    throw new ChatError("invalid", "This data cannot be written as JSON.", { cause });
  }
}

function errorOf({ code, message }: { code: string; message: string }): ChatError {
  return new ChatError(code as ChatErrorCode, message);
}

const UNHEARD = { ok: () => {}, failed: () => {} };
const CLOSED = new ChatError("closed", "This room's handle is closed.");
