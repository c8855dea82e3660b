import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenCipher } from './token-cipher.js';

const secret = randomBytes(32);
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret }] });
const place = { clientKey: 'aw', userId: 'u1', version: 'v1' };
const unreadable = (code: string) => expect.objectContaining({ type: 'TOKEN_STORE_ERROR', code, retryable: false });

describe('createTokenCipher', () => {
  it('gives back what it was given, whatever it is and whoever it belongs to', () => {
    const text = fc.string({ unit: 'binary' });
    const id = text.filter((part) => part.isWellFormed());
    fc.assert(
      fc.property(text, id, id, id, (plaintext, clientKey, userId, version) => {
        const context = { clientKey, userId, version };
        expect(cipher.decrypt(cipher.encrypt(plaintext, context), context)).toBe(
          Buffer.from(plaintext, 'utf8').toString('utf8'),
        );
      }),
    );
  });

  // What D11 fixes, written out a second time: a change of format must not pass unseen, for there are records in it.
  it('is AES-256-GCM under a key of the account, with the place as its associated data', () => {
    const joined = (...parts: string[]) =>
      Buffer.concat(parts.flatMap((part) => [Buffer.of(0, 0, 0, Buffer.byteLength(part)), Buffer.from(part)]));
    const at = { clientKey: 'aw', userId: 'ü', version: 'v1' };
    const [format, id, body = ''] = cipher.encrypt('secret', at).split('.');
    expect([format, id]).toEqual(['tt1', 'k1']);
    const bytes = Buffer.from(body, 'base64url');
    const key = Buffer.from(hkdfSync('sha256', secret, '', joined('tt1', 'aw', 'ü'), 32));
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAAD(joined('tt1', 'k1', 'aw', 'ü', 'v1')).setAuthTag(bytes.subarray(-16));
    expect(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')).toBe('secret');
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

  it('does not open for any other place', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((part) => part.isWellFormed());
    const anywhere = fc.record({ clientKey: text, userId: text, version: text });
    fc.assert(
      fc.property(anywhere, anywhere, (here, there) => {
        fc.pre(JSON.stringify(here) !== JSON.stringify(there));
        const sealed = cipher.encrypt('secret', here);
        expect(() => cipher.decrypt(sealed, there)).toThrow(unreadable('undecryptable'));
      }),
    );
  });

  it('does not open once any bit was changed', () => {
    const [format, id, body = ''] = cipher.encrypt('secret', place).split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => cipher.decrypt(`${format}.${id}.${altered.toString('base64url')}`, place)).toThrow(
        unreadable('undecryptable'),
      );
    }
  });

  it('does not open under the id of another key of the ring', () => {
    const both = createTokenCipher({
      keys: [
        { id: 'k1', secret },
        { id: 'k2', secret: randomBytes(32) },
      ],
    });
    const sealed = both.encrypt('secret', place);
    expect(() => both.decrypt(sealed.replace('.k1.', '.k2.'), place)).toThrow(unreadable('undecryptable'));
  });

  it('does not take a person whom UTF-8 cannot tell from another', () => {
    for (const elsewhere of [
      { ...place, userId: 'u\ud800' },
      { ...place, clientKey: '\udc00' },
    ]) {
      expect(() => cipher.encrypt('secret', elsewhere)).toThrow(unreadable('malformed_key'));
      expect(() => cipher.decrypt(cipher.encrypt('secret', place), elsewhere)).toThrow(unreadable('malformed_key'));
    }
  });

  it.each(['', 'tt1', 'tt1.k1.', 'tt1.k1.AAAA', 'tt2.k1.AAAA', '{"accessToken":"x"}'])('refuses %j', (text) => {
    expect(() => cipher.decrypt(text, place)).toThrow(unreadable('undecryptable'));
  });

  it('refuses a text with a character too many, whatever its length', () => {
    for (const secret of ['', 'a', 'ab', 'abc']) {
      const sealed = cipher.encrypt(secret, place);
      for (let at = 0; at <= sealed.length; at++) {
        for (const extra of ['.', ' ', '=', '\n', '!', 'A']) {
          const altered = sealed.slice(0, at) + extra + sealed.slice(at);
          expect(() => cipher.decrypt(altered, place)).toThrow(expect.objectContaining({ retryable: false }));
        }
      }
    }
  });

  it('rotates: the new key writes, both read, and without the old one it says which is missing', () => {
    const old = cipher.encrypt('secret', place);
    const fresh = { id: 'k2', secret: randomBytes(32).toString('base64') };
    const rotated = createTokenCipher({ keys: [fresh, { id: 'k1', secret }] });
    expect(rotated.decrypt(old, place)).toBe('secret');
    expect(rotated.encrypt('secret', place)).toMatch(/^tt1\.k2\./);
    expect(() => createTokenCipher({ keys: [fresh] }).decrypt(old, place)).toThrow(unreadable('unknown_cipher_key'));
  });

  it('tells which key encrypted a text without opening it, and which one would today', () => {
    const sealed = cipher.encrypt('secret', place);
    const without = createTokenCipher({ keys: [{ id: 'k2', secret: randomBytes(32) }] });
    expect(without.keyIdOf(sealed)).toBe('k1');
    expect(without.currentKeyId).toBe('k2');
    for (const text of ['', 'tt1.k1.', 'tt2.k1.AAAA', '{"accessToken":"x"}']) {
      expect(() => cipher.keyIdOf(text)).toThrow(unreadable('undecryptable'));
    }
  });

  it('a key whose id is right and whose secret is not does not open', () => {
    const sealed = cipher.encrypt('secret', place);
    const wrong = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });
    expect(() => wrong.decrypt(sealed, place)).toThrow(unreadable('undecryptable'));
  });
});
