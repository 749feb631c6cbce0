import { RelayApi } from "@natter/sdk/server";
import type { AnswerOf } from "@natter/sdk/protocol";

/** An app, as far as a token sees it. */
export type AppFacts = AnswerOf<"readApp">;

/**
 * An operator at work on one app. The token is in the memory of {@link RelayApi} and nowhere else: not in the
 * document, not in the address, and in no storage, since whatever else this origin serves could read it there. A
 * reload asks for it again.
 */
export interface AdminSession {
  readonly api: RelayApi;
  readonly facts: AppFacts;
}

/** Looks whether a token opens an app. Rejects with a `ChatError`. */
export async function signIn(token: string): Promise<AdminSession> {
  const api = new RelayApi({ relay: new URL(".", location.href).href, token, retries: 1 });
  return { api, facts: await api.app() };
}
