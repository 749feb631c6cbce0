import type { Doorkeeper } from "../apps/doorkeeper.ts";
import type { Clock } from "../clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { Gates } from "../hooks/gates.ts";
import type { Lanes } from "../hooks/lanes.ts";
import type { Appender } from "../room/appender.ts";
import type { Rooms } from "../room/rooms.ts";
import type { Load } from "../telemetry/load-watch.ts";
import type { Log } from "../telemetry/log.ts";
import type { Meter } from "../telemetry/meter.ts";
import type { Rates } from "./allowance.ts";
import type { Users, UserLimits } from "./users.ts";

/** The numbers that sessions live by. Durations in ms. */
export interface SessionLimits {
  frameBytes: number;
  textLength: number;
  dataBytes: number;
  roomsPerConnection: number;
  pageDefault: number;
  pageMax: number;
  replayEvents: number;
  listedMembers: number;
  heartbeatMs: number;
  heartbeatGraceMs: number;
  helloMs: number;
  expiryGraceMs: number;
  expiringMs: number;
  /** How long a connection may take nothing of what waits for it. */
  stalledMs: number;
  /** Bytes that may wait to be read by one connection, before a room stops pushing to it. */
  queueBytes: number;
  /** What one connection may say. */
  rates: Rates;
  users: UserLimits;
}

/** What all sessions of a relay share. */
export interface SessionContext {
  doorkeeper: Doorkeeper;
  engine: Engine;
  rooms: Rooms;
  appender: Appender;
  /** Who else decides about coming in and about messages. */
  gates: Gates;
  /** The messages that wait for that, in a lane for each user and room. */
  posts: Lanes;
  clock: Clock;
  log: Log;
  /** What holds before it is known which app somebody is of. */
  limits: SessionLimits;
  users: Users;
  meter: Meter;
  load: Load;
  newConnectionId: () => string;
}
