/**
 * Everything the store asks of Redis, each an atomic step. Key names come from `KEYS` only: a client's own `keyPrefix`
 * and Redis Cluster both go by them. ioredis sends a script again when its connection died before the answer came, so
 * each of them gives the same answer when it runs twice.
 */
export const SCRIPTS = {
  /** For a cluster client that would ask a replica for a plain GET, and asks the master for scripts (D17). */
  get: `
return redis.call('GET', KEYS[1])
`,

  /**
   * KEYS record, lease, due. ARGV expected ('absent' or '=' and a version), version, value, expiresInMs, dueAt, account,
   * owner of the lease or '', channel, account in messages. An expiresInMs of 'kept' leaves the end of the record where it
   * was.
   */
  put: `
local current = redis.call('GET', KEYS[1])
local stands = current and '=' .. string.match(current, '^[^:]*') or 'absent'
if stands == '=' .. ARGV[2] then
  return {1}
end
if stands ~= ARGV[1] then
  return {0, current}
end
if ARGV[4] == 'kept' then
  redis.call('SET', KEYS[1], ARGV[3], 'KEEPTTL')
else
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
end
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[6])
if ARGV[7] ~= '' and redis.call('GET', KEYS[2]) == ARGV[7] then
  redis.call('DEL', KEYS[2])
end
redis.call('PUBLISH', ARGV[8], ARGV[9] .. ' ' .. ARGV[2])
return {1}
`,

  /** KEYS record, due. ARGV account, channel, account in messages. */
  delete: `
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('DEL', KEYS[1]) == 1 then
  redis.call('PUBLISH', ARGV[2], ARGV[3] .. ' ')
end
return 1
`,

  /** KEYS lease, record. ARGV owner, ttlMs. */
  acquire: `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1] then
  return {1, redis.call('GET', KEYS[2])}
end
return {0}
`,

  /** KEYS lease. ARGV owner, ttlMs. */
  extend: `
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
`,

  /** KEYS lease. ARGV owner. */
  release: `
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
`,

  /** KEYS due, and more of them. ARGV before, count. Answers for each: account, dueAt, account, dueAt, ... */
  due: `
local parts = {}
for i, due in ipairs(KEYS) do
  parts[i] = redis.call('ZRANGEBYSCORE', due, '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
end
return parts
`,

  /**
   * KEYS due, record, and more such pairs. ARGV 'sealed' or 'plain', then for each pair its account. Answers for each:
   * the sealed user id, empty where ids are plain; nothing where the record is gone, which takes its entry out.
   */
  stillThere: `
local answers = {}
for i = 1, #KEYS, 2 do
  local answer = ''
  if redis.call('EXISTS', KEYS[i + 1]) == 0 then
    redis.call('ZREM', KEYS[i], ARGV[(i + 3) / 2])
    answer = false
  elseif ARGV[1] == 'sealed' then
    local value = redis.pcall('GET', KEYS[i + 1])
    answer = type(value) == 'string' and string.match(value, '^[^:]*:[^:]*:([^:]*):') or ''
  end
  answers[#answers + 1] = answer
end
return answers
`,

  /** KEYS due, and more of them. */
  count: `
local sum = 0
for _, due in ipairs(KEYS) do
  sum = sum + redis.call('ZCARD', due)
end
return sum
`,

  /** ARGV cursor, pattern, count. Sees one node, whatever its slots: it goes to the node itself. */
  scan: `
return redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3], 'TYPE', 'string')
`,
} as const;

export type ScriptName = keyof typeof SCRIPTS;

/**
 * @param options.sharded Whether changes are published to the shard of the account alone, instead of the whole cluster.
 */
export function scriptText(script: ScriptName, { sharded }: { readonly sharded: boolean }): string {
  const text: string = SCRIPTS[script];
  return sharded ? text.replaceAll("redis.call('PUBLISH'", "redis.call('SPUBLISH'") : text;
}
