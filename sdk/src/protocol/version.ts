/**
 * The version of the wire that this package speaks. Raise it when a frame that was valid becomes invalid, or
 * means something else; added optional fields and packets do not need it. `test/protocol/version.test.ts`
 * fails when the schemas change and this number (or the hash beside it) does not.
 *
 * - 1: the first public wire.
 */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol that names {@link PROTOCOL_VERSION}. */
export const SUBPROTOCOL = `natter.v${PROTOCOL_VERSION}`;

/** Where the socket is, below the relay's address. */
export const SOCKET_PATH = "/v1/socket";
