import { SUBPROTOCOL } from "@natter/sdk/protocol";

/**
 * What a client's offer of subprotocols comes to: none offered is fine, ours is chosen, and only unknown ones
 * are refused, because whoever offers them would wait for answers this relay does not give.
 */
export function isSubprotocolServed(offer: string | undefined): boolean {
  if (offer === undefined || offer.trim() === "") return true;
  return offer.split(",").some((name) => name.trim() === SUBPROTOCOL);
}
