import { ChatError } from "../chat-error.ts";
import type { AnswerOf, BodyOf, QueryOf } from "../protocol/http-operations.ts";
import type { RoomEvent } from "../protocol/log.ts";
import { ApiLine, type ApiLineOptions } from "./api-line.ts";

/** Until a relay is asked again whether all was erased. */
const FORGET_PAUSE_MS = 1000;

/** How a {@link RelayApi} reaches its relay. */
export type RelayApiOptions = ApiLineOptions;

/** What a message can carry beside its text. Without an `id` one is made, so that trying again is safe. */
export type PostOptions = Omit<BodyOf<"postMessage">, "text">;

/** What a moderator does to a user: how long (seconds) and why. */
export type ModerateOptions = Omit<BodyOf<"moderate">, "action" | "user">;

/** A room as a list shows it. */
export type RoomSummary = AnswerOf<"listRooms">["rooms"][number];

/**
 * A relay's HTTP API, for back ends. Each call is tried again when it failed for a passing reason (the relay is not
 * there, has too much to do, or is being restarted), and what is stored is stored once all the same.
 *
 * Every call rejects with a {@link ChatError}, whose `code` is one of the catalogue in docs/ERRORS.md, or `offline`
 * or `timeout`.
 *
 * @example
 * const api = new RelayApi({
 *   relay: "https://relay.example",
 *   token: () => mintToken({ sub: "server", rooms: { "*": "admin" }, expiresIn: "5m" }, secret),
 * });
 * await api.post("lobby", "The shop is open.", { as: { id: "shop", name: "Shop" } });
 */
export class RelayApi {
  readonly #line: ApiLine;

  /** @throws {ChatError} `invalid` when `relay` is no address. */
  constructor(options: RelayApiOptions) {
    this.#line = new ApiLine(options);
  }

  /** The app that the token is for, and how many are connected to the relay that answers. For admins. */
  app(): Promise<AnswerOf<"readApp">> {
    return this.#ask("GET", "/v1/app");
  }

  /** A page of the app's rooms that somebody has written to, by name; with `search`, of those whose name has it. For admins. */
  rooms(page: QueryOf<"listRooms"> = {}): Promise<AnswerOf<"listRooms">> {
    return this.#ask("GET", "/v1/rooms", { query: page });
  }

  /** Every room of the app that somebody has written to, page by page. For admins. */
  async *eachRoom(): AsyncGenerator<RoomSummary, void, undefined> {
    for (let after: string | undefined; ;) {
      const page = await this.rooms(after === undefined ? {} : { after });
      yield* page.rooms;
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  /** Where a room stands: place, settings, how many are in it, and what this token may do there. */
  async room(room: string): Promise<AnswerOf<"readRoom">> {
    return this.#ask("GET", roomPath(room));
  }

  /** Changes a room's settings; what is not named stays. */
  async configure(room: string, change: BodyOf<"configureRoom">): Promise<AnswerOf<"configureRoom">> {
    return this.#ask("PATCH", roomPath(room), { body: withId(change) });
  }

  /** Erases a room and puts everybody out of it; who comes finds a new, empty one. For admins of the room. */
  async deleteRoom(room: string): Promise<AnswerOf<"deleteRoom">> {
    return this.#ask("DELETE", roomPath(room));
  }

  /** A page of messages, oldest first: the newest, or those before a place. */
  async messages(room: string, page: QueryOf<"listMessages"> = {}): Promise<AnswerOf<"listMessages">> {
    return this.#ask("GET", roomPath(room, "/messages"), { query: page });
  }

  /** Writes a message, stored once for each `id`. Admins may write `as` somebody else. */
  async post(room: string, text: string, options: PostOptions = {}): Promise<AnswerOf<"postMessage">> {
    return this.#ask("POST", roomPath(room, "/messages"), { body: withId({ ...options, text }) });
  }

  /** Changes the text of one's own message. */
  async edit(
    room: string,
    seq: number,
    text: string,
    options: { id?: string } = {},
  ): Promise<AnswerOf<"editMessage">> {
    return this.#ask("PATCH", roomPath(room, `/messages/${seq}`), { body: withId({ ...options, text }) });
  }

  /** Erases a message: one's own, or with `delete-any` anybody's. */
  async delete(
    room: string,
    seq: number,
    options: QueryOf<"deleteMessage"> = {},
  ): Promise<AnswerOf<"deleteMessage">> {
    return this.#ask("DELETE", roomPath(room, `/messages/${seq}`), { query: withId(options) });
  }

  /** Pins a message, or takes that back. */
  async pin(
    room: string,
    seq: number,
    on: boolean,
    options: { id?: string } = {},
  ): Promise<AnswerOf<"pinMessage">> {
    return this.#ask("POST", roomPath(room, `/messages/${seq}/pin`), { body: withId({ ...options, on }) });
  }

  /**
   * What came after a place. Rejects with `reset` when the log cannot tell all of it: then read `messages`, and go
   * on after the `epoch` and `seq` that come with them.
   */
  async events(room: string, page: QueryOf<"listEvents"> = {}): Promise<AnswerOf<"listEvents">> {
    return this.#ask("GET", roomPath(room, "/events"), { query: page });
  }

  /** Every event after a place up to now, page by page. */
  async *eachEvent(
    room: string,
    from: QueryOf<"listEvents"> = {},
  ): AsyncGenerator<RoomEvent, void, undefined> {
    for (let page = await this.events(room, from); ;) {
      yield* page.events;
      if (!page.more) return;
      page = await this.events(room, { ...from, epoch: page.epoch, after: page.seq });
    }
  }

  /** A page of who is in a room, by id. A `limit` of 0 asks only how many. */
  async members(room: string, page: QueryOf<"listMembers"> = {}): Promise<AnswerOf<"listMembers">> {
    return this.#ask("GET", roomPath(room, "/members"), { query: page });
  }

  /** Kicks, mutes or bans somebody, or takes that back. */
  async moderate(
    room: string,
    action: BodyOf<"moderate">["action"],
    user: string,
    options: ModerateOptions = {},
  ): Promise<AnswerOf<"moderate">> {
    return this.#ask("POST", roomPath(room, "/moderation"), { body: withId({ ...options, action, user }) });
  }

  /** Who is muted or banned in a room now, until when and why. */
  async restrictions(room: string): Promise<AnswerOf<"readRestrictions">> {
    return this.#ask("GET", roomPath(room, "/restrictions"));
  }

  /** A page of the app's rooms in which somebody is muted or banned now. For admins. */
  restrictedRooms(page: QueryOf<"listRestrictions"> = {}): Promise<AnswerOf<"listRestrictions">> {
    return this.#ask("GET", "/v1/restrictions", { query: page });
  }

  /** Ends every connection of a user; with a good token they may come back. For admins. */
  async disconnect(user: string): Promise<AnswerOf<"disconnectUser">> {
    return this.#ask("POST", `${userPath(user)}/disconnect`);
  }

  /** Takes all tokens out of use that a user was given so far, and ends their connections. For admins. */
  async revoke(user: string): Promise<AnswerOf<"revokeUser">> {
    return this.#ask("POST", `${userPath(user)}/revoke`);
  }

  /** Takes one token out of use, by its `jti`; `expires` is its end in ms since 1970. For admins. */
  async revokeToken(jti: string, options: BodyOf<"revokeToken"> = {}): Promise<AnswerOf<"revokeToken">> {
    return this.#ask("POST", `/v1/tokens/${encoded("jti", jti)}/revoke`, { body: options });
  }

  /**
   * Erases all that a user wrote in the app's rooms, and their name. Resolves when all is erased, with how many
   * messages were. Revoke first, if they shall not go on writing. For admins.
   */
  async forget(user: string): Promise<{ messages: number }> {
    let answer = await this.#askToForget(user);
    // A relay answers late while it is at it; one that answers at once is asked again after a moment all the same.
    while (isUnderWay(answer)) {
      await this.#line.pause(FORGET_PAUSE_MS);
      answer = await this.#askToForget(user);
    }
    return { messages: answer.messages ?? 0 };
  }

  /** A page of the audit, newest first: who moderated, configured or administered what; go on before `next`. For admins. */
  audit(page: QueryOf<"readAudit"> = {}): Promise<AnswerOf<"readAudit">> {
    return this.#ask("GET", "/v1/audit", { query: page });
  }

  #askToForget(user: string): Promise<AnswerOf<"forgetUser">> {
    return this.#ask("DELETE", userPath(user));
  }

  async #ask<T>(method: string, path: string, given: { query?: object; body?: object } = {}): Promise<T> {
    // The relay's word for it; a test holds every method's answer against the schemas.
    return (await this.#line.ask({ method, path, ...given })) as T;
  }
}

/** What answers otherwise than a relay does is not asked for ever. */
function isUnderWay({ done }: { done?: boolean }): boolean {
  return done === false;
}

/** Whatever is tried again needs a name by which it is known to be the same. */
function withId<T extends { id?: string }>(given: T): T & { id: string } {
  return { ...given, id: given.id ?? crypto.randomUUID() };
}

function roomPath(room: string, rest = ""): string {
  return `/v1/rooms/${encoded("room", room)}${rest}`;
}

function userPath(user: string): string {
  return `/v1/users/${encoded("user", user)}`;
}

/** An empty part would make another address of it, and so would dots, which every client resolves. */
function encoded(what: string, text: string): string {
  const isNamed = typeof text === "string" && text !== "" && !/^\.{1,2}$/.test(text);
  try {
    if (isNamed) return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair, which no UTF-8 can hold.
  }
  throw new ChatError("invalid", `${JSON.stringify(text)} is no ${what} that an address can name.`);
}
