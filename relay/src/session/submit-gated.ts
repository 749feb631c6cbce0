import type { Author } from "@natter/sdk/protocol";
import type { PostRequest } from "../hooks/hooks.ts";
import type { Room } from "../room/room.ts";
import type { SessionContext } from "./session-context.ts";
import type { Outcome, Submission } from "./submit.ts";
import type { Write } from "./write-rules.ts";

/** What may be given other words before it is stored. */
type Words = Extract<Write, { type: "post" | "edit" }>;

/** Whether somebody is to be asked about this before it is stored. */
export function isJudged({ gates }: SessionContext, { app, packet }: Submission): boolean {
  return (packet.type === "post" || packet.type === "edit") && gates.asks("beforePost", app);
}

/** Where something is about to be stored, and in whose name. */
export interface Judged {
  room: Room;
  by: Author;
}

/** A step of storing: told which room it is and as whom, it tells what became of it. */
export interface Steps {
  /** Looks whether it may be stored; undefined when it may not, or is stored already, and somebody was told. */
  check: () => Promise<Judged | undefined>;
  /** Stores it, in these words; resolves when somebody was told. */
  store: (packet: Write) => Promise<void>;
}

/**
 * Has the app judge words before they are stored. What one user says in one room is judged in the order in which they
 * said it, and what is stored already is not judged again.
 */
export function submitGated(
  context: SessionContext,
  submission: Submission,
  userId: string,
  steps: Steps,
): void {
  const { app, packet, onOutcome, onFault } = submission;
  const key = JSON.stringify([app, packet.room, userId]);
  const isTaken = context.posts.run(key, () => judge(context, submission, steps).catch(onFault));
  if (!isTaken) onOutcome(TOO_MANY);
}

async function judge(context: SessionContext, submission: Submission, steps: Steps): Promise<void> {
  const { app, limits, onOutcome } = submission;
  const packet = submission.packet as Words;
  const checked = await steps.check();
  if (!checked) return;
  const { room, by } = checked;
  const known = await context.engine.log.find(room.key, by.id, packet.id);
  if (known) return onOutcome(known);
  const post: PostRequest = {
    app,
    room: packet.room,
    user: by,
    id: packet.id,
    text: packet.text,
    ...moreOf(packet),
  };
  const ruling = await context.gates.beforePost(post, limits);
  if (!ruling.ok) return onOutcome(ruling);
  const { text, data } = ruling.post;
  await steps.store(
    packet.type === "edit" ? { ...packet, text } : { ...packet, text, ...(data && { data }) },
  );
}

function moreOf(packet: Words): Partial<PostRequest> {
  if (packet.type === "edit") return { edits: packet.target };
  const { data, reply } = packet;
  return { ...(data && { data }), ...(reply !== undefined && { reply }) };
}

const TOO_MANY: Outcome = {
  ok: false,
  code: "rate-limited",
  message: "Too many of your messages wait to be looked at; wait a moment.",
  retryAfter: 1000,
};
