import { randomBytes } from 'node:crypto';
import { createTokenCipher } from '@tt/oauth';
import { describe, expect, it } from 'vitest';
import { createRedisTokenStore } from './create-redis-token-store.js';

const url = 'redis://127.0.0.1:6379';
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });

/** What somebody without types may pass. */
function create(options: Record<string, unknown>): () => unknown {
  return () => Reflect.apply(createRedisTokenStore, undefined, [options]);
}

describe('createRedisTokenStore', () => {
  it('connects to nothing before the first call', async () => {
    const store = createRedisTokenStore({ url: 'redis://127.0.0.1:1', cipher });
    await store.close();
  });

  it('without a cipher shows how to make a key and a cipher', () => {
    expect(create({ url })).toThrow(TypeError);
    expect(create({ url })).toThrow('no cipher was given');
    expect(create({ url })).toThrow('createTokenCipher({ keys:');
  });

  it.each([
    [{ url, cipher, plaintext: true }, 'both cipher and plaintext'],
    [{ plaintext: true }, 'neither client nor url'],
    [{ url, client: {}, plaintext: true }, 'both client and url'],
    [{ client: {}, plaintext: true }, 'client is no Redis or Cluster'],
    [{ client: null, plaintext: true }, 'client is no Redis or Cluster'],
    [{ url, plaintext: true, timeoutMs: 0 }, 'timeoutMs is 0'],
    [{ url, plaintext: true, timeoutMs: '5' }, 'timeoutMs is 5'],
    [{ url, plaintext: true, pingIntervalMs: 0 }, 'pingIntervalMs is 0'],
    [{ url, plaintext: true, waitForReplicas: { count: 0 } }, 'waitForReplicas.count is 0'],
    [{ url, plaintext: true, waitForReplicas: { count: 1, timeoutMs: 0 } }, 'waitForReplicas.timeoutMs is 0'],
    [{ url, plaintext: true, timeoutMs: Number.POSITIVE_INFINITY }, 'timeoutMs is Infinity'],
  ])('refuses %o', (options, message) => {
    expect(create(options)).toThrow(TypeError);
    expect(create(options)).toThrow(message);
  });

  it.each(['', ' ', 'a b', '{tt}', 'tt*', 'tt\n', 'ü', 'x'.repeat(65), 7, null])(
    'refuses the prefix %j',
    (keyPrefix) => {
      expect(create({ url, plaintext: true, keyPrefix })).toThrow('keyPrefix is');
    },
  );

  it.each([
    'canary',
    'http://:canary@localhost',
    'redis://:canary@host:port',
    'redis://:100%canary@host',
    '/tmp/canary.sock',
    '',
    7,
  ])('refuses the URL %j without showing it', (wrongUrl) => {
    const failure = ((): unknown => {
      try {
        return create({ url: wrongUrl, plaintext: true })();
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(TypeError);
    expect(String(failure)).toContain('expected redis://');
    expect(String(failure)).not.toContain('canary');
  });
});
