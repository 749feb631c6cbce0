import { Unauthorized } from "@natter/sdk";
import { tellOwner } from "./owner-notes.ts";

/**
 * Gets a token from an address of the page's own site: it is asked with POST and the visitor's cookies, and
 * answers with the token as text, or as JSON `{"token": "…"}`. 401 and 403 mean "signed out": the chat stops
 * and does not ask again.
 */
export async function fetchToken(url: string): Promise<string> {
  const response = await fetch(url, { method: "POST", credentials: "same-origin", cache: "no-store" });
  if (response.status === 401 || response.status === 403)
    throw new Unauthorized(`${url} answered ${response.status}.`);
  if (!response.ok) {
    tellOwner("token-url", `${url} answered ${response.status}; it must answer a POST with a token.`);
    throw new Error(`No token: ${url} answered ${response.status}.`);
  }
  const answer = (await response.text()).trim();
  return answer.startsWith("{") ? tokenIn(answer) : answer;
}

function tokenIn(json: string): string {
  const { token } = JSON.parse(json) as { token?: unknown };
  if (typeof token !== "string") throw new TypeError('The JSON has no "token".');
  return token;
}
