import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { AuthorizeRequest, Hook, HookOptions, Hooks, PostRequest } from "./hooks.ts";
import {
  readAuthorizeAnswer,
  readPostAnswer,
  type PostLimits,
  type PostRuling,
  type Ruling,
} from "./rulings.ts";
import { within } from "./within.ts";

/** What can be asked before something happens. */
export type Question = "authorize" | "beforePost";

/** Somebody who decides: a function of the application's, or a service of an app's. */
export interface Judge<Request = AuthorizeRequest | PostRequest> {
  /** For the log. */
  name: string;
  timeoutMs: number;
  onFailure: "allow" | "refuse";
  /** Answers, or rejects. What it answers is not to be trusted. */
  ask: (request: Request) => unknown;
}

/** Who else is asked about what happens in an app, after the application's own hooks. */
export interface Services {
  /** False as long as it is certain that nobody is to be asked. */
  answers(question: Question, app: string): boolean;
  judges(question: Question, app: string): readonly Judge[];
}

export const DEFAULT_TIMEOUT_MS = 2000;

/** How often a judge's failures are told. */
const NOTE_EVERY_MS = 10_000;

/**
 * Asks those who may decide about coming in and about messages, one after the other: the first who refuses has
 * decided. Where there is nobody to ask, `asks` says so without making anything.
 */
export class Gates {
  readonly #authorize: Judge<AuthorizeRequest> | undefined;
  readonly #beforePost: Judge<PostRequest> | undefined;
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #notes = new Map<string, { toldAt: number; untold: number }>();

  constructor(parts: { hooks?: Hooks | undefined; services?: Services; clock: Clock; log: Log }) {
    this.#authorize = parts.hooks?.authorize && judgeOf("authorize", parts.hooks.authorize);
    this.#beforePost = parts.hooks?.beforePost && judgeOf("beforePost", parts.hooks.beforePost);
    this.#services = parts.services ?? NO_SERVICES;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** Whether anybody is to be asked. */
  asks(question: Question, app: string): boolean {
    const own = question === "authorize" ? this.#authorize : this.#beforePost;
    return own !== undefined || this.#services.answers(question, app);
  }

  /** May they? Never rejects. */
  async authorize(request: AuthorizeRequest): Promise<Ruling> {
    for (const judge of this.#judges("authorize", this.#authorize, request.app)) {
      const ruling = await this.#hear(judge, "authorize", request, readAuthorizeAnswer);
      if (ruling === undefined && judge.onFailure === "refuse") return UNDECIDED;
      if (ruling?.ok === false) return ruling;
    }
    return { ok: true };
  }

  /** May this be said, and in which words? Never rejects. */
  async beforePost(post: PostRequest, limits: PostLimits): Promise<PostRuling> {
    let current = post;
    for (const judge of this.#judges("beforePost", this.#beforePost, post.app)) {
      const asked = current;
      const read = (answer: unknown): PostRuling | undefined => readPostAnswer(answer, asked, limits);
      const ruling = await this.#hear(judge, "beforePost", asked, read);
      if (ruling === undefined && judge.onFailure === "refuse") return UNDECIDED;
      if (ruling?.ok === false) return ruling;
      current = ruling?.post ?? current;
    }
    return { ok: true, post: current };
  }

  #judges<R extends AuthorizeRequest | PostRequest>(
    question: Question,
    own: Judge<R> | undefined,
    app: string,
  ): readonly Judge<R>[] {
    const services = this.#services.judges(question, app) as readonly Judge<R>[];
    return own ? [own, ...services] : services;
  }

  async #hear<R extends AuthorizeRequest | PostRequest, T>(
    judge: Judge<R>,
    question: Question,
    request: R,
    read: (answer: unknown) => T | undefined,
  ): Promise<T | undefined> {
    // A copy: what a hook does to it is nobody else's concern.
    const called = await within(this.#clock, judge.timeoutMs, () => judge.ask(structuredClone(request)));
    const ruling = called.ok ? read(called.value) : undefined;
    if (ruling === undefined) {
      this.#note(judge, question, request.app, called.ok ? "its answer makes no sense" : called.why);
    }
    return ruling;
  }

  /** One line, and then one in a while: a service that is down fails as often as people write. */
  #note(
    { name, onFailure }: Pick<Judge, "name" | "onFailure">,
    hook: Question,
    app: string,
    why: string,
  ): void {
    const key = JSON.stringify([name, app]);
    const now = this.#clock.monotonic();
    const note = this.#notes.get(key) ?? { toldAt: -Infinity, untold: 0 };
    this.#notes.set(key, note);
    if (now - note.toldAt < NOTE_EVERY_MS) return void note.untold++;
    const times = note.untold + 1;
    Object.assign(note, { toldAt: now, untold: 0 });
    const what =
      onFailure === "allow" ? "what it was asked about was allowed" : "what it was asked about was refused";
    this.#log.error({ app, hook, times }, `The ${name} failed: ${why}; ${what}.`);
  }
}

function judgeOf<R>(name: Question, hook: Hook<(request: R) => unknown, HookOptions>): Judge<R> {
  const {
    call,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    onFailure = "refuse",
  } = typeof hook === "function" ? { call: hook } : hook;
  return { name: `hook ${name}`, timeoutMs, onFailure, ask: call };
}

const UNDECIDED = {
  ok: false,
  code: "unavailable",
  message: "The app cannot be asked about this just now; nothing was done. Try again.",
} as const satisfies Ruling;

const NO_SERVICES: Services = { answers: () => false, judges: () => [] };
