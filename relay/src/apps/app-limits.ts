import { LIMITS } from "@natter/sdk/protocol";
import type { FlatConfig } from "../options.ts";
import type { RoomLimits } from "../room/room.ts";
import type { Rates } from "../session/allowance.ts";
import type { Rate } from "../session/rate-limit.ts";
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
    // By default large enough for a burst on a good line, small enough that ten thousand stalled readers fit in memory.
    stalledBytes: settings.maxQueue,
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
    queueBytes: settings.maxQueue,
    rates: ratesOf(settings, 1),
    users: {
      connectionsPerUser: settings.connectionsPerUser,
      connectionsPerApp: settings.maxConnections,
      rates: ratesOf(settings, settings.userShare),
    },
  };
}

/**
 * What may be said in a second.
 *
 * @param share how many connections' worth: 1 is what one connection may say
 */
function ratesOf(config: FlatConfig, share: number): Rates {
  const rate = (perSecond: number, burst: number): Rate => ({
    perSecond: perSecond * share,
    burst: burst * share,
  });
  return {
    packets: rate(config.packetsPerSecond, config.packetsBurst),
    posts: rate(config.postsPerSecond, config.postsBurst),
    bytes: rate(config.bytesPerSecond, config.bytesBurst),
    joins: rate(config.joinsPerSecond, config.joinsBurst),
    history: rate(config.historyPerSecond, config.historyBurst),
  };
}
