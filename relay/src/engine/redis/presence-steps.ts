import type { Step } from "./redis.ts";

/*
 * What a room's presence is filed under, as all steps name it:
 *
 * - KEYS[1] a hash: who is here (the user's id, as JSON) → the leases of the relays they are here by, and the member:
 *   `lease,lease {"id":…}`. No text is read as JSON here.
 * - KEYS[2] a hash: `epoch` and `number` of the last news, so that a relay notices when it has missed some.
 * - KEYS[3] a set: the leases that anybody is here by.
 * - KEYS[4] with a lease behind it a set: who is here by that lease. Whoever sweeps a dead relay's members out finds
 *   them here.
 * - KEYS[5] the channel of the room.
 *
 * ARGV[1] is a lease, ARGV[2] the seconds that all this is kept without being renewed.
 */
const NAMES = `
local here, state, leases, of, channel = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local lease, ttl = ARGV[1], ARGV[2]

local function renew(ours)
  redis.call('EXPIRE', here, ttl)
  redis.call('EXPIRE', state, ttl)
  redis.call('EXPIRE', leases, ttl)
  redis.call('EXPIRE', ours, ttl)
end
`;

/*
 * ARGV[3] is up to how many members news are told by name, and ARGV[4] an epoch, if one is needed.
 * What changes is told once, however many relays a user is here by.
 */
const CHANGE = `${NAMES}
local named, fresh = tonumber(ARGV[3]), ARGV[4]
local before = redis.call('HLEN', here)
local joined, left = {}, {}

local function read(user)
  local known = redis.call('HGET', here, user)
  if not known then return nil, {}, false end
  local names, member = known:match('^(%S*) (.*)$')
  local others, isOurs = {}, false
  for name in names:gmatch('[^,]+') do
    if name == lease then isOurs = true else others[#others + 1] = name end
  end
  return member, others, isOurs
end

local function write(user, names, member)
  redis.call('HSET', here, user, table.concat(names, ',') .. ' ' .. member)
end

local function enter(user, member, isRepeat)
  local known, others, isOurs = read(user)
  -- What is said again may be older than what another relay has said since.
  if known and isRepeat then member = known end
  if known ~= member then joined[#joined + 1] = member end
  redis.call('SADD', of .. lease, user)
  if isOurs and known == member then return end
  others[#others + 1] = lease
  write(user, others, member)
end

local function leave(user)
  redis.call('SREM', of .. lease, user)
  local known, others, isOurs = read(user)
  if not isOurs then return end
  if #others > 0 then return write(user, others, known) end
  redis.call('HDEL', here, user)
  left[#left + 1] = user
end

local function finish()
  local ours = redis.call('SCARD', of .. lease)
  if ours > 0 then redis.call('SADD', leases, lease) else redis.call('SREM', leases, lease) end
  local count = redis.call('HLEN', here)
  if #joined + #left > 0 then
    redis.call('HSETNX', state, 'epoch', fresh)
    local epoch = redis.call('HGET', state, 'epoch')
    local number = redis.call('HINCRBY', state, 'number', 1)
    local news = 'p' .. table.concat({ epoch, number, count }, '\\31')
    if count <= named then
      news = news .. '\\31[[' .. table.concat(joined, ',') .. '],[' .. table.concat(left, ',') .. ']]'
    end
    redis.call('SPUBLISH', channel, news)
  end
  renew(of .. lease)
  return { before, count, ours }
end
`;

/**
 * Says who is here by a lease, and who is no longer. Then pairs: `+`, `?` (said again) or `-` with the user's id as
 * JSON, and the member or nothing; no user twice. Returns how many were here, how many are, and how many by this lease.
 */
export const TELL: Step = {
  name: "presence-tell",
  lua: `${CHANGE}
for at = 5, #ARGV, 2 do
  local what, user, member = ARGV[at]:sub(1, 1), ARGV[at]:sub(2), ARGV[at + 1]
  if what == '-' then leave(user) else enter(user, member, what == '?') end
end
return finish()
`,
};

/**
 * Takes at most ARGV[5] of those out who were here by a lease that has ended. Any number of relays may do so at once.
 * Returns what {@link TELL} returns.
 */
export const SWEEP: Step = {
  name: "presence-sweep",
  lua: `${CHANGE}
local gone = redis.call('SPOP', of .. lease, ARGV[5])
for _, user in ipairs(gone) do leave(user) end
if #gone == 0 and redis.call('SISMEMBER', leases, lease) == 1 then
  -- The set has run out before the rest: whoever is meant is found by looking at all.
  local all = redis.call('HGETALL', here)
  for at = 1, #all, 2 do
    if all[at + 1]:match('^%S*'):find(lease, 1, true) then leave(all[at]) end
  end
end
return finish()
`,
};

/**
 * Where a room's presence stands: epoch (or nothing), number of the last news, how many are here, how many of them by
 * the lease, and then all leases. What is looked at is kept.
 */
export const LOOK: Step = {
  name: "presence-look",
  lua: `${NAMES}
local epoch, number = unpack(redis.call('HMGET', state, 'epoch', 'number'))
local all = redis.call('SMEMBERS', leases)
renew(of .. lease)
for _, name in ipairs(all) do redis.call('EXPIRE', of .. name, ttl) end
return {
  epoch or '', tonumber(number or 0), redis.call('HLEN', here), redis.call('SCARD', of .. lease), unpack(all)
}
`,
};

/**
 * Who is here: epoch (or nothing), number of the last news, how many; and, if they are at most ARGV[1], what is known
 * of each.
 */
export const LIST: Step = {
  name: "presence-list",
  lua: `
local epoch, number = unpack(redis.call('HMGET', KEYS[2], 'epoch', 'number'))
local count = redis.call('HLEN', KEYS[1])
local all = {}
if count <= tonumber(ARGV[1]) then all = redis.call('HVALS', KEYS[1]) end
return { epoch or '', tonumber(number or 0), count, all }
`,
};
