import type { ChatError } from "../chat-error.ts";
import type { RequestType } from "../protocol/client-packets.ts";
import type { Results, Stored } from "../protocol/relay-packets.ts";
import type { Attendance } from "./attendance.ts";
import type { Link, Question } from "./link.ts";
import { isPassing } from "./outbox.ts";
import type { Sent } from "./sender.ts";

/** Requests whose effect is stored in the room, each under an id of the client's. */
export type WritingType = { [T in RequestType]: Results[T] extends Stored ? T : never }[RequestType];

/**
 * Writes everything but messages: edits, deletions, reactions, pins, moderation, settings. Each goes to the
 * relay under one id until it is stored or refused, over as many lines as that takes.
 */
export class Writer {
  readonly #link: Link;
  readonly #attendance: Attendance;

  constructor(link: Link, attendance: Attendance) {
    this.#link = link;
    this.#attendance = attendance;
  }

  async write<T extends WritingType>(question: Question<T> & { id: string }): Promise<Sent> {
    for (let tries = 0; ; tries++) {
      await this.#attendance.arrived();
      const outcome = await this.#ask(question);
      if (outcome.ok) return { id: question.id, seq: outcome.result.seq, at: outcome.result.at };
      if (!isPassing(outcome.error, tries)) throw outcome.error;
      if (outcome.error.code !== "offline") await this.#pause(outcome.error, tries);
    }
  }

  #ask<T extends WritingType>(question: Question<T>): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#link.ask(question, {
        ok: (result) => resolve({ ok: true, result: result as Stored }),
        failed: (error) => resolve({ ok: false, error }),
      });
    });
  }

  #pause(error: ChatError, tries: number): Promise<void> {
    const { clock, backoffMs } = this.#link;
    return new Promise((resolve) => clock.after(error.retryAfter ?? backoffMs(tries), resolve));
  }
}

type Outcome = { ok: true; result: Stored } | { ok: false; error: ChatError };
