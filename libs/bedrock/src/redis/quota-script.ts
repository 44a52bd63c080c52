import { SLOT_MS, SLOTS } from '../quota/quota-window.ts';

/**
 * KEYS[1]: one model's minute, a hash of `t:<slot>` and `r:<slot>`. ARGV: tokens, tokens a minute,
 * requests a minute, now in ms or '' for Redis's own clock, which all instances share.
 * Gives {1, slot} or {0, milliseconds to wait}. One script, so that two instances never both take the
 * last tokens.
 */
export const RESERVE = `
local tokens, tokenLimit, requestLimit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local nowMs = tonumber(ARGV[4])
if not nowMs then
  local time = redis.call('TIME')
  nowMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local now = math.floor(nowMs / ${SLOT_MS})
local oldest = now - ${SLOTS} + 1
local usedTokens, usedRequests = 0, 0
local tokensOf, requestsOf = {}, {}
local stored = redis.call('HGETALL', KEYS[1])
for i = 1, #stored, 2 do
  local slot = tonumber(string.sub(stored[i], 3))
  local count = tonumber(stored[i + 1])
  if slot < oldest then
    redis.call('HDEL', KEYS[1], stored[i])
  elseif string.sub(stored[i], 1, 1) == 't' then
    tokensOf[slot] = count
    usedTokens = usedTokens + count
  else
    requestsOf[slot] = count
    usedRequests = usedRequests + count
  end
end
if usedTokens + tokens <= tokenLimit and usedRequests + 1 <= requestLimit then
  redis.call('HINCRBY', KEYS[1], 't:' .. now, tokens)
  redis.call('HINCRBY', KEYS[1], 'r:' .. now, 1)
  redis.call('PEXPIRE', KEYS[1], ${SLOT_MS * SLOTS})
  return {1, now}
end
for slot = oldest, now do
  usedTokens = usedTokens - (tokensOf[slot] or 0)
  usedRequests = usedRequests - (requestsOf[slot] or 0)
  if usedTokens + tokens <= tokenLimit and usedRequests + 1 <= requestLimit then
    return {0, (slot + ${SLOTS}) * ${SLOT_MS} - nowMs}
  end
end
return {0, ${SLOT_MS * SLOTS}}
`;

/** KEYS[1]: the same hash. ARGV: slot, tokens to add (below 0: to give back). A slot that has passed is left alone. */
export const SETTLE = `
local field = 't:' .. ARGV[1]
local count = tonumber(redis.call('HGET', KEYS[1], field) or '-1')
if count < 0 then return 0 end
redis.call('HSET', KEYS[1], field, math.max(0, count + tonumber(ARGV[2])))
return 1
`;
