import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordCodec } from './record-codec.js';
import { aRecord } from './test-support/records.js';
import { createTokenCipher } from './token-cipher.js';

const secret = randomBytes(32);
const cipher = createTokenCipher({ keys: [{ id: 'k1', secret }] });
const sealing = createRecordCodec({ cipher });
const plain = createRecordCodec({ plaintext: true });
const place = { clientKey: 'aw', userId: 'user-1', version: 'v1' };
const storeError = (code: string) => expect.objectContaining({ type: 'TOKEN_STORE_ERROR', code });

/** What somebody without types may pass. */
function create(options: Record<string, unknown>): () => unknown {
  return () => Reflect.apply(createRecordCodec, undefined, [options]);
}

describe('a record codec', () => {
  it.each([
    ['with a cipher', sealing],
    ['in plain text', plain],
  ])('%s gives back the record it was given', (_how, codec) => {
    const text = fc.string({ unit: 'binary' });
    const instant = fc.integer({ min: 0, max: 8e15 });
    fc.assert(
      fc.property(text, text, text, instant, fc.option(instant), (accessToken, refreshToken, scope, at, lastsUntil) => {
        const record = aRecord({
          accessToken,
          refreshToken,
          scope,
          obtainedAt: at,
          refreshTokenExpiresAt: lastsUntil,
          ...(lastsUntil === null ? {} : { signInNeeded: { reason: 'refused', at, logId: scope } }),
        });
        expect(codec.decode(codec.encode(record, place), place)).toStrictEqual(record);
      }),
    );
  });

  it('with a cipher shows nothing of the record but the key’s id', () => {
    const text = sealing.encode(aRecord({ scope: 'canary' }), place);
    expect(text).toMatch(/^tt1\.k1\.[\w-]+$/);
    expect(sealing.keyIdOf(text)).toBe('k1');
    expect(plain.keyIdOf(plain.encode(aRecord(), place))).toBeNull();
  });

  it('binds what it encrypts to the account and the version', () => {
    const text = sealing.encode(aRecord(), place);
    for (const elsewhere of [{ userId: 'user-2' }, { clientKey: 'aw2' }, { version: 'v2' }]) {
      expect(() => sealing.decode(text, { ...place, ...elsewhere })).toThrow(storeError('undecryptable'));
    }
  });

  it('tells what is not its own', () => {
    expect(() => sealing.decode(plain.encode(aRecord(), place), place)).toThrow(storeError('undecryptable'));
    expect(() => plain.decode(sealing.encode(aRecord(), place), place)).toThrow(storeError('malformed_record'));
    expect(() => sealing.decode(cipher.encrypt('{}', place), place)).toThrow(storeError('malformed_record'));
  });

  it.each([null, undefined, 7, Buffer.from('tt1')])('refuses %s, which is no text, by name', (value) => {
    for (const codec of [sealing, plain]) {
      expect(() => Reflect.apply(codec.decode, codec, [value, place])).toThrow(storeError('malformed_record'));
    }
    expect(() => Reflect.apply(sealing.keyIdOf, sealing, [value])).toThrow(storeError('malformed_record'));
  });

  it('takes a cipher of anybody’s', () => {
    const theirs = {
      currentKeyId: 'theirs',
      encrypt: (text: string) => Buffer.from(text).toString('base64'),
      decrypt: (text: string) => Buffer.from(text, 'base64').toString(),
      keyIdOf: () => 'theirs',
    };
    const codec = createRecordCodec({ cipher: theirs });
    expect(codec.decode(codec.encode(aRecord(), place), place)).toEqual(aRecord());
  });

  it('without a cipher shows how to make a key and a cipher', () => {
    for (const options of [{}, { plaintext: false }, { cipher: null }]) {
      expect(create(options)).toThrow(TypeError);
      expect(create(options)).toThrow('no cipher was given');
      expect(create(options)).toThrow("randomBytes(32).toString('base64')");
      expect(create(options)).toThrow('createTokenCipher({ keys:');
      expect(create(options)).toThrow('plaintext: true');
    }
  });

  it.each([
    [{ cipher, plaintext: true }, 'both cipher and plaintext: true'],
    [{ plaintext: 'yes' }, 'plaintext is yes; expected true'],
    [{ cipher: {} }, 'cipher is no token cipher'],
    [{ cipher: 'k1' }, 'cipher is no token cipher'],
  ])('refuses %o', (options, message) => {
    expect(create(options)).toThrow(TypeError);
    expect(create(options)).toThrow(message);
  });
});
