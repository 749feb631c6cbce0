export { createTestRelay, type TestRelay, type TestRelayOptions } from "./test-relay.ts";
export type { TestLog } from "./test-log.ts";
export type { TestRoom } from "./test-room.ts";
export type { Refusal, TestSession } from "./test-session.ts";
export type { TestClaims } from "./test-token.ts";
export { virtualClock, type VirtualClock } from "./virtual-clock.ts";
