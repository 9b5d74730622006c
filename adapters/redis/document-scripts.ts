/**
 * What must be one step, in the language of redis. Numbers of replicas reach 2^53: they are compared as numbers, which Lua keeps exactly, and written as the
 * text they came as, which Lua would round.
 * What redis breaks off it does not take back, so the one write that may fail, as an entry does where the log already reaches further, comes first: claims without
 * their update would have the next one taken for stored.
 *
 * Keys of a document: log (a stream whose ids are `position-0`), head (position, cutAt, snapshot, epoch), next (a replica's next number), by (its author).
 */

/** KEYS: log, head, next, by, names. ARGV: name, update, author or "", epoch or "", then replica, owner, from, to for each range. Gives ["ok", position] or an error with its cause. */
export const APPEND = `
local epoch = redis.call('HGET', KEYS[2], 'epoch') or '0'
local isBegun = redis.call('HEXISTS', KEYS[2], 'position') == 1
if ARGV[4] ~= '' and ARGV[4] ~= epoch and isBegun then return {'epoch', epoch} end
local isNew = #ARGV == 4
for i = 5, #ARGV, 4 do
  local known = tonumber(redis.call('HGET', KEYS[3], ARGV[i]) or '0')
  if tonumber(ARGV[i + 3]) > known then
    isNew = true
    if tonumber(ARGV[i + 2]) > known then return {'gap', ARGV[i + 1], tostring(known)} end
    local owner = redis.call('HGET', KEYS[4], ARGV[i + 1])
    if owner and owner ~= ARGV[3] then return {'taken', ARGV[i + 1]} end
  end
end
local before = redis.call('HGET', KEYS[2], 'position') or '0'
if not isNew then return {'ok', before} end
local position = string.format('%.0f', tonumber(before) + 1)
redis.call('XADD', KEYS[1], position .. '-0', 'u', ARGV[2])
redis.call('HSET', KEYS[2], 'position', position)
for i = 5, #ARGV, 4 do
  local known = tonumber(redis.call('HGET', KEYS[3], ARGV[i]) or '0')
  if tonumber(ARGV[i + 3]) > known then
    redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 3])
    if ARGV[3] ~= '' then redis.call('HSETNX', KEYS[4], ARGV[i + 1], ARGV[3]) end
  end
end
if not isBegun and ARGV[4] ~= '' then redis.call('HSET', KEYS[2], 'epoch', ARGV[4]) end
if position == '1' then redis.call('ZADD', KEYS[5], 0, ARGV[1]) end
return {'ok', position}`;

/** KEYS: log, head, next. ARGV: position, snapshot, then key, number of its version. Gives "ok", or "position". */
export const COMPACT = `
local upTo = tonumber(ARGV[1])
if upTo > tonumber(redis.call('HGET', KEYS[2], 'position') or '0') then return 'position' end
if upTo <= tonumber(redis.call('HGET', KEYS[2], 'cutAt') or '0') then return 'ok' end
redis.call('HSET', KEYS[2], 'cutAt', ARGV[1], 'snapshot', ARGV[2])
for i = 3, #ARGV, 2 do
  if tonumber(ARGV[i + 1]) > tonumber(redis.call('HGET', KEYS[3], ARGV[i]) or '0') then
    redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
  end
end
redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', upTo + 1) .. '-0')
return 'ok'`;

/** KEYS: log, head, next, by, files. ARGV: position, snapshot, epoch, author, file, its bytes, then key, owner, number of its version. Gives 1, or 0 when something came between. */
export const CUT = `
if redis.call('HGET', KEYS[2], 'position') ~= ARGV[1] then return 0 end
if tonumber(redis.call('HGET', KEYS[2], 'epoch') or '0') + 1 ~= tonumber(ARGV[3]) then return 0 end
redis.call('DEL', KEYS[1], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[2], 'cutAt', ARGV[1], 'snapshot', ARGV[2], 'epoch', ARGV[3])
redis.call('HSET', KEYS[5], ARGV[5], ARGV[6])
for i = 7, #ARGV, 3 do
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 2])
  redis.call('HSET', KEYS[4], ARGV[i + 1], ARGV[4])
end
return 1`;

/** KEYS: log, head, by. ARGV: position read up to. Gives position, snapshot or nothing, entries, authors, epoch. */
export const LOAD = `
local after = tonumber(ARGV[1])
local position = redis.call('HGET', KEYS[2], 'position') or '0'
local cutAt = tonumber(redis.call('HGET', KEYS[2], 'cutAt') or '0')
local epoch = redis.call('HGET', KEYS[2], 'epoch') or '0'
if after > 0 and after >= cutAt then
  local from = string.format('%.0f', after + 1) .. '-0'
  return {position, false, redis.call('XRANGE', KEYS[1], from, '+'), redis.call('HGETALL', KEYS[3]), epoch}
end
return {position, redis.call('HGET', KEYS[2], 'snapshot'), redis.call('XRANGE', KEYS[1], '-', '+'), redis.call('HGETALL', KEYS[3]), epoch}`;
