export { createRelay, type Relay, type RelayOptions } from "./relay.ts";
export { OPTIONS, OptionError, type Config, type Option, type OptionName } from "./options.ts";
export { mintToken, type TokenRequest } from "./auth/mint.ts";
export { secretKey } from "./auth/jwt-verifier.ts";
export { systemClock, type Clock } from "./clock.ts";
export { silentLog, type Log } from "./telemetry/log.ts";
export type { Engine, RoomLog, Bus, Presence, Markers } from "./engine/engine.ts";
