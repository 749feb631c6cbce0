import { LIMITS } from "@natter/sdk/protocol";
import type { FlatConfig } from "../options.ts";
import type { RoomLimits } from "../room/room.ts";
import type { SessionLimits } from "../session/session-context.ts";

/** The numbers that the rooms of an app live by. */
export function roomLimits(settings: FlatConfig): RoomLimits {
  return {
    replayEvents: settings.replayEvents,
    pageDefault: LIMITS.pageDefault,
    listedMembers: settings.listedMembers,
    presenceGraceMs: settings.presenceGrace,
    presenceEveryMs: 250,
    tailBytes: 1024 * 1024,
    // Large enough for a burst on a good line, small enough that ten thousand stalled readers fit in memory.
    stalledBytes: 256 * 1024,
    // About a tenth of a millisecond of writes.
    lookEvery: 16,
  };
}

/** The numbers that the connections of an app live by. */
export function sessionLimits(settings: FlatConfig): SessionLimits {
  return {
    frameBytes: settings.maxFrame,
    textLength: settings.maxText,
    dataBytes: settings.maxData,
    roomsPerConnection: settings.maxRooms,
    pageDefault: LIMITS.pageDefault,
    pageMax: LIMITS.pageMax,
    replayEvents: settings.replayEvents,
    listedMembers: settings.listedMembers,
    heartbeatMs: settings.heartbeat,
    heartbeatGraceMs: LIMITS.heartbeatGraceMs,
    helloMs: LIMITS.helloMs,
    expiryGraceMs: LIMITS.expiryGraceMs,
    expiringMs: LIMITS.expiringMs,
    stalledMs: 30_000,
    packets: { perSecond: settings.packetsPerSecond, burst: settings.packetsBurst },
    posts: { perSecond: settings.postsPerSecond, burst: settings.postsBurst },
  };
}
