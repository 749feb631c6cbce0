import type { Retentions } from "../retention.ts";
import type { RoomRecord } from "./room-table.ts";
import type { Statements } from "./statements.ts";

/**
 * The place of the oldest event of a room that may still be told. Retention holds at once, though the file is
 * trimmed to it later and in small steps.
 */
export function keptFrom(
  room: RoomRecord,
  retentions: Retentions,
  now: number,
  statements: Statements,
): number {
  const { count, ageMs } = retentions.of(room.app);
  room.kept = Math.max(room.kept, room.seq - count + 1);
  const oldest = now - ageMs;
  if (isYoung(room, room.kept, oldest, statements)) return room.kept;
  // Events of a room are in the order of their times: halving finds the first that is young enough.
  let old = room.kept;
  let young = room.seq + 1;
  while (young - old > 1) {
    const middle = old + Math.floor((young - old) / 2);
    if (isYoung(room, middle, oldest, statements)) young = middle;
    else old = middle;
  }
  return (room.kept = young);
}

function isYoung(room: RoomRecord, seq: number, oldest: number, statements: Statements): boolean {
  // Most rooms are young as a whole, or empty.
  if (seq > room.seq || room.firstAt >= oldest) return true;
  return (statements.at.get(room.id, seq)?.at ?? 0) >= oldest;
}
