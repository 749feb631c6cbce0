import type { Step } from "./redis.ts";

/*
 * What is kept so that nothing stored is left untold. The log itself is the outbox: of it only is noted how far each
 * route was told.
 *
 * - told (hash, in the room's slot): route → epoch, place and time of the event up to which it was told; `@` → when
 *   anything was last expected in the room, in µs of Redis' own clock;
 * - notes (stream, in the room's slot, one of each route): `n` the note, `s` the place it stands behind, `e` the epoch;
 * - hints (sorted set, in the app's slot, one of each route): rooms of which there may be something to tell, by when
 *   they were last expected, in µs of Redis' own clock;
 * - teller (text, in the app's slot, one of each route): the relay whose turn it is.
 */

/**
 * Says that something may be stored in a room, before it is: routes that are new to it are told what comes from now
 * on. KEYS: told, meta of the log. ARGV: how long to keep it (ms), and routes.
 */
export const EXPECT: Step = {
  name: "outbox-expect",
  lua: `
local S = string.char(31)
local known = redis.call('HMGET', KEYS[2], 'epoch', 'seq', 'at')
local place = (known[1] or '') .. S .. (known[2] or '0') .. S .. (known[3] or '0')
for at = 2, #ARGV do redis.call('HSETNX', KEYS[1], ARGV[at], place) end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], '@', time[1] * 1000000 + time[2])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`,
};

/** Puts rooms among those that are looked at. KEYS: hints. ARGV: how long to keep them (ms), and names of rooms. */
export const HINT: Step = {
  name: "outbox-hint",
  lua: `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
for _, hints in ipairs(KEYS) do
  for at = 2, #ARGV do redis.call('ZADD', hints, now, ARGV[at]) end
  redis.call('ZREMRANGEBYSCORE', hints, '-inf', now - ARGV[1] * 1000)
  redis.call('PEXPIRE', hints, ARGV[1])
end
return 1
`,
};

/**
 * The rooms that are looked at. KEYS: hints. ARGV: which of them, as first and last, and how many ms a room is called
 * quiet after. Returns for each its name, and 1 if it was expected longer ago than that.
 */
export const HINTED: Step = {
  name: "outbox-hinted",
  lua: `
local time = redis.call('TIME')
local before = time[1] * 1000000 + time[2] - ARGV[3] * 1000
local found = redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')
for at = 2, #found, 2 do found[at] = tonumber(found[at]) < before and 1 or 0 end
return found
`,
};

/**
 * Forgets how far a route was told of a room of which it was told all, if nothing was expected there for a time: what
 * is expected next begins where it ended. KEYS: told. ARGV: the route, and that time (ms). Returns 1 when it is
 * forgotten.
 */
export const FORGET: Step = {
  name: "outbox-forget",
  lua: `
local last = redis.call('HGET', KEYS[1], '@')
local time = redis.call('TIME')
if last and tonumber(last) >= time[1] * 1000000 + time[2] - ARGV[2] * 1000 then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
if redis.call('HLEN', KEYS[1]) <= 1 then redis.call('DEL', KEYS[1]) end
return 1
`,
};

/**
 * Takes those rooms out that were expected longer ago than ARGV[1] (ms). KEYS: hints. Then names of rooms.
 */
export const UNHINT: Step = {
  name: "outbox-unhint",
  lua: `
local time = redis.call('TIME')
local before = time[1] * 1000000 + time[2] - ARGV[1] * 1000
for at = 2, #ARGV do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[at])
  if score and tonumber(score) < before then redis.call('ZREM', KEYS[1], ARGV[at]) end
end
return 1
`,
};

/**
 * What there is to tell of a room. KEYS: told, notes, and meta and events of the log. ARGV:
 *
 * 1. the route; 2. the kinds of events it is told, in a character each; 3. how many events to look at;
 * 4. how far clocks may differ (ms); 5. the last note that is known, or `-`; 6. to 8. epoch, place and time up to
 * which it is known; the epoch `?` means up to where it was told.
 *
 * Returns the epoch; place and time up to which was looked; how far the log reaches; the place and time it began to
 * look behind; whether that is another than was asked for, since the log is another; the places and times of events
 * that were found; the notes as id, note, place, epoch. All but places as texts.
 */
export const LOOK: Step = {
  name: "outbox-look",
  lua: `
local told, notes, meta, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local to, kinds, count, slack, lastNote = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local epoch, seq, at = ARGV[6], tonumber(ARGV[7]), ARGV[8]
local S = string.char(31)
local known = redis.call('HMGET', meta, 'epoch', 'seq', 'at', 'known')
local now, head, headAt, first = known[1] or '', tonumber(known[2] or 0), known[3] or '0', tonumber(known[4] or 1)

local function timeOf(place)
  local text = redis.call('HGET', events, place)
  return text and string.match(text, '^.([^' .. S .. ']*)')
end

if epoch == '?' then
  local cursor = redis.call('HGET', told, to)
  if cursor then
    local a, b, c = string.match(cursor, '^([^' .. S .. ']*)' .. S .. '([^' .. S .. ']*)' .. S .. '(.*)$')
    epoch, seq, at = a, tonumber(b), c
  else
    -- Nobody has expected anything here, and so there is nothing.
    epoch, seq, at = now, head, headAt
  end
end

local isOther = 0
if epoch ~= now and seq > 0 and (seq > head or timeOf(seq) ~= at) then
  -- The log has begun anew, or lost its end: what is told now is all that came since, by its time. It does not decrease.
  isOther = 1
  local limit = tonumber(at) - slack
  local low, high = first, head + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    local time = timeOf(middle)
    if time and tonumber(time) >= limit then high = middle else low = middle + 1 end
  end
  seq, at = low - 1, timeOf(low - 1) or '0'
end

local from, fromAt = seq, at
if seq + 1 < first then seq = first - 1 end
local upTo = math.min(head, seq + count)
local found = {}
for start = seq + 1, upTo, 500 do
  local places = {}
  for place = start, math.min(start + 499, upTo) do places[#places + 1] = place end
  for index, text in ipairs(redis.call('HMGET', events, unpack(places))) do
    if text then
      local kind, time = string.match(text, '^(.)([^' .. S .. ']*)')
      at = time
      if string.find(kinds, kind, 1, true) then
        found[#found + 1] = places[index]
        found[#found + 1] = time
      end
    end
  end
end

local noted = {}
local start = lastNote == '-' and '-' or '(' .. lastNote
for index, entry in ipairs(redis.call('XRANGE', notes, start, '+')) do
  local fields = entry[2]
  noted[index] = { entry[1], fields[2], tonumber(fields[4]), fields[6] }
end
return { now, math.max(seq, upTo), at, head, from, fromAt, isOther, found, noted }
`,
};

/**
 * Notes what is no event, behind what is stored. KEYS: notes, meta of the log. ARGV: the note, how many to keep, and
 * how long (ms).
 */
export const NOTE: Step = {
  name: "outbox-note",
  lua: `
local known = redis.call('HMGET', KEYS[2], 'seq', 'epoch')
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[2], '*', 'n', ARGV[1], 's', known[1] or '0', 'e', known[2] or '')
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`,
};

/**
 * Notes how far a route was told. KEYS: told, notes. ARGV: the route, epoch, place and time, how long to keep it (ms),
 * and the notes that were told.
 */
export const SAVE: Step = {
  name: "outbox-save",
  lua: `
local S = string.char(31)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. S .. ARGV[3] .. S .. ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
for at = 6, #ARGV do redis.call('XDEL', KEYS[2], ARGV[at]) end
return 1
`,
};

/** Takes the turn, or keeps it. KEYS: teller. ARGV: the relay, and how long it holds (ms). Returns 1 when it is ours. */
export const CLAIM: Step = {
  name: "outbox-claim",
  lua: `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`,
};

/** Gives the turn back. KEYS: teller. ARGV: the relay. */
export const RELEASE: Step = {
  name: "outbox-release",
  lua: `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`,
};
