import { LIMITS } from "@natter/sdk/protocol";
import type { Step } from "./redis.ts";

/**
 * The atomic steps of a room's log. All have the room's keys in one order, and the same first arguments.
 *
 * - meta (hash): `epoch`, `life` (of the server, when it was last looked at), `seq`, `at` (of the last event),
 *   `first` (the oldest event that is kept), `known` (the oldest whose id is), `settings`, `pins`, `name`, and `parts`:
 *   which of the others were there when it was last written to;
 * - events (hash): place → what readStored reads, or `t`, time and id of one that is trimmed;
 * - ids (hash): id → `place:time`;
 * - changed (hash): place of a message → version, places of its edits, and its fold, of those that an event targeted;
 * - order (stream): an entry for each message and nothing in it: an entry of a stream cannot be rewritten, and one
 *   that is deleted leaves its bytes where they were;
 * - restrictions (hash): user → JSON.
 *
 * Texts are moved and never read as JSON: Lua would lose empty lists and large numbers.
 */
const OPEN = `
local meta, events, ids, changed, order, held = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local channel, life, fresh, name = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local now, count, age, idAge = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local logMs, metaMs, glanceMs = ARGV[9], ARGV[10], ARGV[11]
local S = string.char(31)
local known = redis.call('HMGET', meta, 'epoch', 'life', 'seq', 'at', 'first', 'settings', 'pins', 'known', 'parts')
local epoch, seq, lastAt, first = known[1], tonumber(known[3] or 0), tonumber(known[4] or 0), tonumber(known[5] or 1)
local settings, pins, knownFrom = known[6] or '{}', known[7] or '', tonumber(known[8] or 1)
local log = { events, ids, changed, order }

local function there(key)
  return redis.call('EXISTS', key) == 1 and '1' or '0'
end

-- Says which keys there are: what is gone later was taken by somebody else, as a full memory does.
local function note()
  local parts = there(held)
  for _, key in ipairs(log) do parts = parts .. there(key) end
  redis.call('HSET', meta, 'parts', parts)
end

local function missing(part, key)
  return string.sub(known[9] or '', part, part) == '1' and redis.call('EXISTS', key) == 0
end

-- A log that has run out is not one that was lost.
local function isTorn()
  if seq < first or lastAt < now - age then return false end
  for part, key in ipairs(log) do if missing(part + 1, key) then return true end end
  return redis.call('HEXISTS', events, seq) == 0
end

local function begin(place)
  epoch = fresh
  redis.call('HSET', meta, 'epoch', epoch, 'life', life)
  redis.call('SPUBLISH', channel, 'l' .. epoch .. S .. place)
end

if not epoch then
  -- What is left of a room without its meta is of a log that nobody can tell the place of.
  redis.call('UNLINK', events, ids, changed, order, held)
  redis.call('HSET', meta, 'seq', 0, 'name', name)
  seq, lastAt, first, settings, pins, knownFrom = 0, 0, 1, '{}', '', 1
  begin(0)
  redis.call('PEXPIRE', meta, glanceMs)
elseif known[2] ~= life then
  begin(seq)
elseif isTorn() then
  redis.call('UNLINK', unpack(log))
  first, knownFrom = seq + 1, seq + 1
  redis.call('HSET', meta, 'first', first, 'known', knownFrom)
  note()
  begin(seq)
elseif missing(1, held) then
  note()
  begin(seq)
end

local function timeOf(place)
  local text = redis.call('HGET', events, place)
  return text and tonumber(string.match(text, '^.([^' .. S .. ']*)'))
end

-- The oldest event that may be told. Times do not decrease, so that the first one young enough is soon found.
local function oldest()
  local low = math.max(first, seq - count + 1)
  local limit = now - age
  if low > seq then return low end
  local at = timeOf(low)
  if at and at >= limit then return low end
  local high = seq + 1
  low = low + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    at = timeOf(middle)
    if at and at >= limit then high = middle else low = middle + 1 end
  end
  return low
end

local function stored(from, to)
  local found = {}
  for start = from, to, 500 do
    local places = {}
    for place = start, math.min(start + 499, to) do places[#places + 1] = place end
    for _, text in ipairs(redis.call('HMGET', events, unpack(places))) do found[#found + 1] = text end
  end
  return found
end
`;

/** Where the room stands. Returns epoch, seq, settings, pins, and restrictions as pairs. */
export const HEAD: Step = {
  name: "head",
  lua: `${OPEN}
if seq > 0 then
  redis.call('PEXPIRE', meta, metaMs)
  redis.call('PEXPIRE', held, metaMs)
end
return { epoch, seq, settings, pins, redis.call('HGETALL', held) }
`,
};

/** Where the room stands, for whoever only follows it. Returns epoch and seq. */
export const POSITION: Step = {
  name: "position",
  lua: `${OPEN}
if redis.call('PTTL', meta) < tonumber(glanceMs) then redis.call('PEXPIRE', meta, glanceMs) end
return { epoch, seq }
`,
};

/** Begins another epoch, unless that was done: argument 12 is the epoch to end. Returns epoch and seq. */
export const RENEW: Step = {
  name: "renew",
  lua: `${OPEN}
if epoch == ARGV[12] then begin(seq) end
return { epoch, seq }
`,
};

/** The events after a place: arguments 12 to 15 are epoch, place, limit, and how many of them. Null if not all are there. */
export const AFTER: Step = {
  name: "after",
  lua: `${OPEN}
local from, limit, some = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
if ARGV[12] ~= epoch or from > seq or seq - from > limit or from + 1 < oldest() then return false end
local to = math.min(seq, from + some)
return { epoch, to, stored(from + 1, to) }
`,
};

/**
 * Messages before a place: arguments 12 and 13 are how many, and that place or \`+\`. Returns epoch, seq, whether there
 * are more, and for each, newest first: place, event, and what changed it or false.
 */
export const PAGE: Step = {
  name: "page",
  lua: `${OPEN}
local limit = tonumber(ARGV[12])
local to = ARGV[13] == '+' and '+' or '(' .. ARGV[13] .. '-0'
local entries = redis.call('XREVRANGE', order, to, oldest() .. '-0', 'COUNT', limit + 1)
local messages = {}
for at, entry in ipairs(entries) do
  if at > limit then break end
  local place = string.match(entry[1], '^%d+')
  messages[at] = { tonumber(place), redis.call('HGET', events, place), redis.call('HGET', changed, place) }
end
return { epoch, seq, #entries > limit and 1 or 0, messages }
`,
};

/** Where an id was stored: argument 12. Returns epoch, place and time, or null. */
export const FIND: Step = {
  name: "find",
  lua: `${OPEN}
local place = redis.call('HGET', ids, ARGV[12])
if not place then return false end
local at, time = string.match(place, '^(%d+):(%d+)$')
if tonumber(at) < oldest() and tonumber(time) < now - idAge then return false end
return { epoch, tonumber(at), tonumber(time) }
`,
};

/**
 * What drafts are decided by: arguments 12 and 13 are how many messages and users are asked for, and they follow.
 * Returns settings, then for each message its event and what changed it (false where there is none), then what holds
 * for each user.
 */
export const FACTS: Step = {
  name: "facts",
  lua: `${OPEN}
local messages, users = {}, {}
local from, least = 14, oldest()
for at = 1, tonumber(ARGV[12]) do
  local place = tonumber(ARGV[from])
  local text = place >= least and redis.call('HGET', events, place)
  messages[at] = { text or false, text and redis.call('HGET', changed, place) or false }
  from = from + 1
end
for at = 1, tonumber(ARGV[13]) do
  users[at] = redis.call('HGET', held, ARGV[from]) or ''
  from = from + 1
end
return { settings, messages, users }
`,
};

/** Arguments of each draft of {@link APPEND}. */
export const DRAFT_ARGUMENTS = 8;

/**
 * Appends drafts that were decided, in their order, and tells what is new. From argument 13 on, {@link DRAFT_ARGUMENTS}
 * each: kind, key of the id, the two halves of the event, the target, what the decision was made by (the version of
 * the target's fold, or the text that held before), and the text that holds afterwards, in which the character 2
 * stands for the event's time. Argument 12 is how many.
 *
 * Returns the epoch and for each draft that was looked at: 0 and its place and time, if it was stored; 1 and the same,
 * if it was there; 2, if the message it answers is not there; 3 and nothing of the rest, if what it was decided by holds
 * no more.
 */
export const APPEND: Step = {
  name: "append",
  lua: `${OPEN}
local results, told, start = {}, {}, seq + 1
local bound = oldest()
local A = string.char(2)

local function isMessage(place)
  if place < bound then return false end
  local text = redis.call('HGET', events, place)
  return text and string.sub(text, 1, 1) == 'm'
end

local function eraseWords(place)
  local text = redis.call('HGET', events, place)
  if not text then return end
  local kept, words = string.match(text, '^(.*' .. S .. ')(.-)$')
  if kept and words ~= '' then redis.call('HSET', events, place, kept .. ',"text":""') end
end

local function change(kind, target, version, fold, at)
  local was = redis.call('HGET', changed, target)
  local number, edits = '0', ''
  if was then number, edits = string.match(was, '^(%d+)' .. S .. '([^' .. S .. ']*)' .. S) end
  if number ~= version or not isMessage(tonumber(target)) then return false end
  if kind == 'e' then edits = edits .. ' ' .. (seq + 1) end
  if kind == 'd' then
    eraseWords(target)
    for place in string.gmatch(edits, '%d+') do eraseWords(place) end
    edits = ''
  end
  local text = string.gsub(fold, A, (string.format('%.0f', at)))
  redis.call('HSET', changed, target, (tonumber(number) + 1) .. S .. edits .. S .. text)
  return true
end

local function pin(target, isOn)
  local places = {}
  for place in string.gmatch(pins, '%d+') do if place ~= target then places[#places + 1] = place end end
  if isOn then places[#places + 1] = target end
  while #places > ${LIMITS.pins} do table.remove(places, 1) end
  pins = table.concat(places, ',')
end

for draft = 1, tonumber(ARGV[12]) do
  local from = 12 + (draft - 1) * ${DRAFT_ARGUMENTS}
  local kind, id, rest, words = ARGV[from + 1], ARGV[from + 2], ARGV[from + 3], ARGV[from + 4]
  local target, was, becomes, isOn = ARGV[from + 5], ARGV[from + 6], ARGV[from + 7], ARGV[from + 8]
  local result
  local place = redis.call('HGET', ids, id)
  if place then
    local before, time = string.match(place, '^(%d+):(%d+)$')
    if tonumber(before) >= bound or tonumber(time) >= now - idAge then
      result = { 1, tonumber(before), tonumber(time) }
    end
  end
  local at = math.max(now, lastAt)
  if not result then
    local isFresh = true
    if kind == 'm' then
      if target ~= '' and not isMessage(tonumber(target)) then result = { 2 } end
    elseif kind == 's' then
      isFresh = was == settings
      if isFresh then settings = becomes end
    elseif kind == 'o' then
      isFresh = was == (redis.call('HGET', held, target) or '')
      if isFresh and becomes == '' then redis.call('HDEL', held, target)
      elseif isFresh then redis.call('HSET', held, target, becomes) end
    else
      isFresh = change(kind, target, was, becomes, at)
      if isFresh and (kind == 'p' or kind == 'd') then pin(target, isOn == '1') end
    end
    if not isFresh then
      results[draft] = { 3 }
      break
    end
  end
  if not result then
    seq, lastAt = seq + 1, at
    local time = string.format('%.0f', at)
    redis.call('HSET', events, seq, kind .. time .. S .. id .. S .. rest .. S .. words)
    redis.call('HSET', ids, id, seq .. ':' .. time)
    if kind == 'm' then redis.call('XADD', order, seq .. '-0', 'm', '') end
    told[#told + 1] = time .. S .. rest .. S .. words
    result = { 0, seq, at }
    bound = math.max(bound, seq - count + 1)
  end
  results[draft] = result
end

if #told > 0 then
  -- As much is let go as came, and a little more, so that a room that was made smaller gets there in time.
  bound = oldest()
  local left = #told * 2 + 50
  while left > 0 and first < bound do
    local text = redis.call('HGET', events, first)
    if text then
      local time, id = string.match(text, '^.(%d+)' .. S .. '([^' .. S .. ']*)')
      redis.call('HSET', events, first, 't' .. time .. S .. id)
    end
    redis.call('HDEL', changed, first)
    first, left = first + 1, left - 1
  end
  left = #told * 2 + 50
  while left > 0 and knownFrom < first do
    local text = redis.call('HGET', events, knownFrom)
    if text then
      local time, id = string.match(text, '^.(%d+)' .. S .. '([^' .. S .. ']*)')
      if tonumber(time) >= now - idAge then break end
      local place = redis.call('HGET', ids, id)
      if place == knownFrom .. ':' .. time then redis.call('HDEL', ids, id) end
      redis.call('HDEL', events, knownFrom)
    end
    knownFrom, left = knownFrom + 1, left - 1
  end
  redis.call('XTRIM', order, 'MINID', first .. '-0')
  redis.call('HSET', meta, 'seq', seq, 'at', lastAt, 'first', first, 'known', knownFrom,
    'settings', settings, 'pins', pins, 'name', name)
  redis.call('PEXPIRE', meta, metaMs)
  redis.call('PEXPIRE', held, metaMs)
  for _, key in ipairs(log) do redis.call('PEXPIRE', key, logMs) end
  note()
  redis.call('SPUBLISH', channel, 'e' .. epoch .. S .. start .. S .. table.concat(told, S))
end
return { epoch, results }
`,
};

/** Erases the log and begins another. Returns its epoch. */
export const DROP: Step = {
  name: "drop",
  lua: `${OPEN}
redis.call('UNLINK', events, ids, changed, order, held, meta)
redis.call('HSET', meta, 'epoch', fresh, 'life', life, 'seq', 0, 'name', name)
redis.call('PEXPIRE', meta, metaMs)
redis.call('SPUBLISH', channel, 'i' .. S .. '{"type":"closed","epoch":"' .. fresh .. '"}')
return fresh
`,
};

/**
 * What a range of places holds, also where it is trimmed: arguments 12 and 13 are the first of them and how many.
 * Returns the epoch, seq, and for each place that holds something: place, event, what changed it or false.
 */
export const SCAN: Step = {
  name: "scan",
  lua: `${OPEN}
local from = math.max(tonumber(ARGV[12]), knownFrom)
local to = math.min(seq, from + tonumber(ARGV[13]) - 1)
local found = {}
for place = from, to do
  local text = redis.call('HGET', events, place)
  if text then found[#found + 1] = { place, text, redis.call('HGET', changed, place) } end
end
return { epoch, seq, to + 1, found }
`,
};

/**
 * Puts texts in the place of others, where they still are: argument 12 is how many, then for each: \`e\`, \`c\` or \`h\`
 * for events, changed and restrictions, the field, the text it has, and the one it gets (nothing takes it out).
 * Returns how many were there no more.
 */
export const SWAP: Step = {
  name: "swap",
  lua: `${OPEN}
local hashes = { e = events, c = changed, h = held, i = ids }
local missed = 0
for at = 0, tonumber(ARGV[12]) - 1 do
  local key, field, was, becomes = hashes[ARGV[13 + at * 4]], ARGV[14 + at * 4], ARGV[15 + at * 4], ARGV[16 + at * 4]
  if (redis.call('HGET', key, field) or '') ~= was then missed = missed + 1
  elseif becomes == '' then redis.call('HDEL', key, field)
  else redis.call('HSET', key, field, becomes) end
end
note()
return missed
`,
};
