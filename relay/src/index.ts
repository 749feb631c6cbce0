export { createRelay, type Relay, type RelayOptions } from "./relay.ts";
export { OPTIONS, OptionError, type Option, type OptionName } from "./options.ts";
export { readConfig, type Config, type ConfigSources } from "./config.ts";
export type { DisconnectRequest, RevokeRequest } from "./apps/expulsion.ts";
export type { Reloaded } from "./apps/reloading.ts";
export type { AppOptions } from "./apps/app-options.ts";
export type { KeyOptions } from "./auth/key-options.ts";
export type { WebhookOptions } from "./apps/webhook-options.ts";
export type { WebhookEvent } from "./webhooks/event-types.ts";
export type { WebhookState } from "./webhooks/delivery.ts";
export type {
  AuthorizeAnswer,
  AuthorizeRequest,
  Hook,
  HookOptions,
  Hooks,
  PostAnswer,
  PostRequest,
  StoredEvent,
} from "./hooks/hooks.ts";
export { mintToken, type TokenRequest } from "./auth/mint.ts";
export { secretKey } from "./auth/verify-key.ts";
export { systemClock, type Clock } from "./clock.ts";
export { silentLog, type Log } from "./telemetry/log.ts";
export type {
  Audit,
  AuditEntry,
  AuditRecord,
  Bus,
  Engine,
  Markers,
  Presence,
  Outbox,
  Registry,
  Revocation,
  Revocations,
  RoomLog,
} from "./engine/engine.ts";
