import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTokenCipher, type TokenCipherOptions } from './token-cipher.js';

const secret = randomBytes(32);
const place = { clientKey: 'aw', userId: 'u1', version: 'v1' };

/** What somebody without types may pass. */
function create(keys: unknown): () => unknown {
  return () => Reflect.apply(createTokenCipher, undefined, [{ keys }]);
}

describe('the keys of a cipher', () => {
  it.each<[string, TokenCipherOptions['keys'][number]['secret']]>([
    ['base64', secret.toString('base64')],
    ['base64url', secret.toString('base64url')],
    ['base64 with a line break behind it, as a file has', `${secret.toString('base64')}\n`],
    ['a Buffer', secret],
    ['a Uint8Array', new Uint8Array(secret)],
  ])('may be given as %s', (_how, given) => {
    const written = createTokenCipher({ keys: [{ id: 'k', secret }] }).encrypt('x', place);
    expect(createTokenCipher({ keys: [{ id: 'k', secret: given }] }).decrypt(written, place)).toBe('x');
  });

  it('given as bytes can be wiped by their owner afterwards', () => {
    const bytes = randomBytes(32);
    const kept = createTokenCipher({ keys: [{ id: 'k', secret: bytes }] });
    const sealed = kept.encrypt('x', place);
    bytes.fill(0);
    expect(kept.decrypt(sealed, place)).toBe('x');
  });

  it.each([
    ['no list', undefined, /keys is undefined; expected a list of \{ id, secret \}/],
    ['an empty list', [], /keys is empty.*Make a secret: node -e/],
    ['no key', [null], /a key is null; expected \{ id, secret \}/],
    ['a bare secret', [secret.toString('base64')], /a key is string; expected \{ id, secret \}/],
    ['no secret', [{ id: 'k' }], /the secret of key "k" is missing; expected 32 bytes.*Make one: node -e/],
    [
      'an empty secret, as of a variable that is not set',
      [{ id: 'k', secret: '' }],
      /the secret of key "k" is missing/,
    ],
    ['a number', [{ id: 'k', secret: 7 }], /the secret of key "k" is number; expected 32 bytes/],
    [
      'a short secret',
      [{ id: 'k', secret: 'short' }],
      /the secret of key "k" has 3 bytes; expected 32.*Make one: node -e/,
    ],
    ['short bytes', [{ id: 'k', secret: randomBytes(16) }], /the secret of key "k" has 16 bytes/],
    ['long bytes', [{ id: 'k', secret: randomBytes(33) }], /the secret of key "k" has 33 bytes/],
    ['a password', [{ id: 'k', secret: 'correct horse battery staple' }], /the secret of key "k" is not base64/],
    ['hex', [{ id: 'k', secret: secret.toString('hex') }], /is hex; pass Buffer\.from\(secret, 'hex'\)/],
    ['no id', [{ secret }], /key id is undefined; expected 1 to 32 characters/],
    ['an id with a dot', [{ id: 'not.allowed', secret }], /key id is "not\.allowed"; expected 1 to 32 characters/],
    [
      'an id twice',
      [
        { id: 'k', secret },
        { id: 'k', secret: randomBytes(32) },
      ],
      /key id "k" stands twice/,
    ],
    [
      'a secret twice',
      [
        { id: 'new', secret },
        { id: 'old', secret: secret.toString('base64') },
      ],
      /keys "new" and "old" have the same secret/,
    ],
  ])('are refused by name: %s', (_what, keys, message) => {
    expect(create(keys)).toThrow(TypeError);
    expect(create(keys)).toThrow(message);
  });

  it('are not shown where a secret stands in the wrong place, or is wrong', () => {
    const canary = randomBytes(32).toString('base64');
    for (const keys of [[{ id: canary, secret: 'k1' }], [canary], canary, [{ id: 'k', secret: `${canary}!` }]]) {
      expect(create(keys)).toThrow(TypeError);
      expect(create(keys)).not.toThrow(canary.slice(0, 12));
    }
  });
});
