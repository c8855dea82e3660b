/**
 * Everything the store asks of Redis, each an atomic step. Key names come from `KEYS` only: a client's own `keyPrefix`
 * and Redis Cluster both go by them. ioredis sends a script again when its connection died before the answer came, so
 * each of them gives the same answer when it runs twice.
 */
export const SCRIPTS = {
  /**
   * A script, where GET would do, because a cluster client that reads from replicas asks the master for scripts: a
   * replica may not have the pair yet that a message just announced (D17).
   */
  get: `
return redis.call('GET', KEYS[1])
`,

  /**
   * KEYS record, lease, due. ARGV expected ('absent' or '=' and a version), version, value, expiresInMs, dueAt, account,
   * owner of the lease or '', channel.
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
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[6])
if ARGV[7] ~= '' and redis.call('GET', KEYS[2]) == ARGV[7] then
  redis.call('DEL', KEYS[2])
end
redis.call('PUBLISH', ARGV[8], ARGV[6] .. ' ' .. ARGV[2])
return {1}
`,

  /** KEYS record, due. ARGV account, channel. */
  delete: `
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('DEL', KEYS[1]) == 1 then
  redis.call('PUBLISH', ARGV[2], ARGV[1] .. ' ')
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

  /** KEYS due. ARGV before, count. Answers account, dueAt, account, dueAt, ... */
  due: `
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
`,

  /** KEYS record, due. ARGV account. Takes it out of the index where its record is gone. */
  stillThere: `
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 1
end
redis.call('ZREM', KEYS[2], ARGV[1])
return 0
`,
} as const;

export type ScriptName = keyof typeof SCRIPTS;
