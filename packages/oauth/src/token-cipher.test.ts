import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenCipher } from './token-cipher.js';

const secret = randomBytes(32);
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret }] });
const place = { clientKey: 'aw', userId: 'u1', version: 'v1' };
const unreadable = (code: string) => expect.objectContaining({ type: 'TOKEN_STORE_ERROR', code });

describe('createTokenCipher', () => {
  it('gives back what it was given, whatever it is and whoever it belongs to', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, text, (plaintext, clientKey, userId, version) => {
        const context = { clientKey, userId, version };
        expect(cipher.decrypt(cipher.encrypt(plaintext, context), context)).toBe(
          Buffer.from(plaintext, 'utf8').toString('utf8'),
        );
      }),
    );
  });

  it('hides the text and never writes the same twice', () => {
    const [a, b] = [cipher.encrypt('rft.c4n4ry', place), cipher.encrypt('rft.c4n4ry', place)];
    expect(a).not.toContain('c4n4ry');
    expect(a).not.toBe(b);
  });

  it.each([
    ['another user', { ...place, userId: 'u2' }],
    ['another app', { ...place, clientKey: 'aw2' }],
    ['another version', { ...place, version: 'v2' }],
    ['parts cut elsewhere', { clientKey: 'awu', userId: '1', version: 'v1' }],
  ])('does not open for %s', (_name, elsewhere) => {
    const sealed = cipher.encrypt('secret', place);
    expect(() => cipher.decrypt(sealed, elsewhere)).toThrow(unreadable('undecryptable'));
  });

  it('does not open once a byte was changed', () => {
    const sealed = cipher.encrypt('secret', place);
    const [format, id, body = ''] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const altered = Buffer.from(bytes);
      altered[i] = (altered[i] ?? 0) ^ 1;
      expect(() => cipher.decrypt(`${format}.${id}.${altered.toString('base64url')}`, place)).toThrow(
        unreadable('undecryptable'),
      );
    }
  });

  it.each(['', 'tt1', 'tt1.k1.', 'tt1.k1.AAAA', 'tt2.k1.AAAA', '{"accessToken":"x"}'])('refuses %j', (text) => {
    expect(() => cipher.decrypt(text, place)).toThrow(unreadable('undecryptable'));
  });

  it('rotates: the new key writes, both read, and without the old one it says which is missing', () => {
    const old = cipher.encrypt('secret', place);
    const fresh = { id: 'k2', secret: randomBytes(32).toString('base64') };
    const rotated = createTokenCipher({ keys: [fresh, { id: 'k1', secret }] });
    expect(rotated.decrypt(old, place)).toBe('secret');
    expect(rotated.encrypt('secret', place)).toMatch(/^tt1\.k2\./);
    expect(() => createTokenCipher({ keys: [fresh] }).decrypt(old, place)).toThrow(unreadable('unknown_cipher_key'));
  });

  it('a key whose id is right and whose secret is not does not open', () => {
    const sealed = cipher.encrypt('secret', place);
    const wrong = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });
    expect(() => wrong.decrypt(sealed, place)).toThrow(unreadable('undecryptable'));
  });

  it('a secret given as bytes can be wiped by its owner afterwards', () => {
    const bytes = randomBytes(32);
    const kept = createTokenCipher({ keys: [{ id: 'k', secret: bytes }] });
    const sealed = kept.encrypt('x', place);
    bytes.fill(0);
    expect(kept.decrypt(sealed, place)).toBe('x');
  });

  it.each([
    [[], /keys is empty.*Make a secret: node -e/],
    [[{ id: 'k', secret: 'short' }], /the secret of key "k" has 3 bytes; expected 32 bytes.*Make one: node -e/],
    [[{ id: 'k', secret: undefined }], /the secret of key "k" is missing/],
    [[{ id: 'not.allowed', secret }], /key id is "not\.allowed"/],
    [
      [
        { id: 'k', secret },
        { id: 'k', secret },
      ],
      /key id "k" stands twice/,
    ],
  ])('refuses the ring %#', (keys, message) => {
    expect(() => createTokenCipher({ keys: keys as { id: string; secret: string }[] })).toThrow(message);
    expect(() => createTokenCipher({ keys: keys as { id: string; secret: string }[] })).toThrow(TypeError);
  });
});
