// Compiled and never run: the class of `ws` fits as it is.
import { WebSocket } from "ws";
import { connect } from "../../src/index.ts";

export const chat = connect({ relay: "https://relay.example", WebSocket });
