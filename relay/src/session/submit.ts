import type { Author, RoomName } from "@natter/sdk/protocol";
import type { Actor, Appended, Draft } from "../engine/engine.ts";
import { refusal, type Refusal } from "../room/gate.ts";
import type { Opened } from "../room/rooms.ts";
import type { Room } from "../room/room.ts";
import type { Authority } from "./seat.ts";
import type { SessionContext, SessionLimits } from "./session-context.ts";
import { isJudged, submitGated, type Judged } from "./submit-gated.ts";
import { dataRefusal, textRefusal } from "./sizes.ts";
import { standingOf } from "./standing.ts";
import { actOf, contentOf, verbsFor, type Write } from "./write-rules.ts";

/** What somebody wants to be stored, whichever way they have said it. */
export interface Submission {
  app: string;
  packet: Write;
  limits: Pick<SessionLimits, "textLength" | "dataBytes">;
  /** What they may do in the room, and as whom; undefined when they are gone. */
  authorityIn: (room: RoomName) => Authority | undefined;
  /** Somebody else in whose name it is said. */
  as?: Author;
  /** For the audit. */
  actor?: Partial<Actor> | undefined;
  /** Told once, unless they are gone. */
  onOutcome: (outcome: Outcome) => void;
  /** Told in place of that when the relay is at fault. */
  onFault: (error: unknown) => void;
}

/** Where it was stored, or why not. */
export type Outcome = Extract<Appended, { ok: true }> | ({ ok: false } & Refusal);

/** Stores what somebody wants to be stored: may they, and then into the log. */
export function submit(context: SessionContext, submission: Submission): void {
  const { packet, limits } = submission;
  const tooLarge = "text" in packet ? textRefusal(packet.text, limits.textLength) : undefined;
  const tooMuch = packet.type === "post" ? dataRefusal(packet.data, limits.dataBytes) : undefined;
  const why = tooLarge ?? tooMuch;
  if (why) {
    if (why.code === "too-large") context.meter.limited.add(tooLarge ? "text" : "data");
    return submission.onOutcome({ ok: false, ...why });
  }
  if (isJudged(context, submission)) return judgeFirst(context, submission);
  context.rooms.use(submission.app, packet.room, (opened) => write(context, submission, opened));
}

function write(context: SessionContext, submission: Submission, opened: Opened): void {
  const { packet, onOutcome } = submission;
  const authority = submission.authorityIn(packet.room);
  if (!authority) return;
  if (!opened.ok) return onOutcome({ ok: false, ...UNAVAILABLE });
  const { room } = opened;
  const now = context.clock.now();
  const { rights, author } = authority;
  const why = whyNot(packet, authority, room, now);
  const by = submission.as ?? author;
  if (why) return refuseUnlessStored(context, submission, room, by.id, why);
  const draft: Draft = { room: room.key, id: packet.id, by, content: contentOf(packet, now, room) };
  if (packet.type === "edit") draft.ownOnly = true;
  if (packet.type === "delete" && !rights.verbs.has("delete-any")) draft.ownOnly = true;
  if (submission.actor) draft.actor = submission.actor;
  if (packet.type === "post") room.state.notePost(author.id, now);
  context.appender.append(draft, (result) => {
    if (packet.type === "post" && result.ok && !result.duplicate) {
      context.meter.app(submission.app).add("post");
    }
    onOutcome(result);
  });
}

function whyNot(packet: Write, { rights, author }: Authority, room: Room, now: number): Refusal | undefined {
  return refusal(actOf(packet), verbsFor(packet), standingOf(author.id, rights, room), now);
}

/** Looks whether it may be stored now; when it may not, undefined, and somebody is told. */
function check(context: SessionContext, submission: Submission, opened: Opened): Judged | undefined {
  const { packet, onOutcome } = submission;
  const authority = submission.authorityIn(packet.room);
  if (!authority) return undefined;
  if (!opened.ok) {
    onOutcome({ ok: false, ...UNAVAILABLE });
    return undefined;
  }
  const { room } = opened;
  const by = submission.as ?? authority.author;
  const why = whyNot(packet, authority, room, context.clock.now());
  if (!why) return { room, by };
  refuseUnlessStored(context, submission, room, by.id, why);
  return undefined;
}

/** The same in steps, with the app's own judgement between them: by then the rights may be others. */
function judgeFirst(context: SessionContext, submission: Submission): void {
  const { app, packet } = submission;
  const author = submission.authorityIn(packet.room)?.author;
  if (!author) return;
  const opened = (): Promise<Opened> =>
    new Promise((resolve) => context.rooms.use(app, packet.room, (found) => resolve(found)));
  submitGated(context, submission, author.id, {
    check: async () => check(context, submission, await opened()),
    store: (judged) =>
      new Promise((resolve) => {
        const onOutcome = (outcome: Outcome): void => {
          submission.onOutcome(outcome);
          resolve();
        };
        const onFault = (error: unknown): void => {
          submission.onFault(error);
          resolve();
        };
        const told = { ...submission, packet: judged, onOutcome, onFault };
        context.rooms.use(app, packet.room, (found) => {
          // Who is gone is told nothing, and what they said is not stored.
          if (submission.authorityIn(packet.room)) write(context, told, found);
          else resolve();
        });
      }),
  });
}

/**
 * A refusal is final, so it must not be said of what is stored already: a client that repeats a message whose
 * `ok` was lost gets that `ok`, though it has been muted since. The first try may be in a commit that is still
 * under way, so the log is asked only after that.
 */
function refuseUnlessStored(
  { appender, engine }: SessionContext,
  { packet, onOutcome, onFault }: Submission,
  room: Room,
  userId: string,
  why: Refusal,
): void {
  appender.afterAll(() => {
    engine.log
      .find(room.key, userId, packet.id)
      .then((found) => onOutcome(found ?? { ok: false, ...why }), onFault);
  });
}

const UNAVAILABLE: Refusal = {
  code: "unavailable",
  message: "The relay cannot open this room just now; nothing was stored. Try again.",
};
