import { Buffer } from 'node:buffer';
import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HiddenUserIds } from './hidden-user-ids.js';
import { KeyLayout, SHARDS } from './key-layout.js';

const layout = new KeyLayout('tt');
const text = fc.string({ unit: 'binary', maxLength: 60 });

describe('the names of an account', () => {
  it('stay as they are: other names would lose every stored account', () => {
    expect(layout.of({ clientKey: 'aw1', userId: 'user-1' })).toEqual({
      member: 'YXcx:dXNlci0x',
      record: '{tt:0242}:record:YXcx:dXNlci0x',
      lease: '{tt:0242}:lease:YXcx:dXNlci0x',
      due: '{tt:0242}:due',
      channel: '{tt:0242}:changes:0',
    });
  });

  it('share one hash tag, in which no part of the ids can interfere', () => {
    fc.assert(
      fc.property(text, text, (clientKey, userId) => {
        const names = layout.of({ clientKey, userId });
        const tags = [names.record, names.lease, names.due, names.channel].map((name) => /\{(.*?)\}/.exec(name)?.[1]);
        expect(new Set(tags).size).toBe(1);
        expect(names.record.match(/[{}]/g)).toHaveLength(2);
        expect(names.record).toMatch(/^[\x21-\x7e]+$/);
      }),
    );
  });

  it('tell the account again, and only that one', () => {
    fc.assert(
      fc.property(text, text, (clientKey, userId) => {
        expect(layout.accountOf(layout.of({ clientKey, userId }).member)).toEqual({ clientKey, userId });
      }),
    );
    // The same characters, divided in another place.
    expect(layout.of({ clientKey: 'a', userId: 'bc' }).record).not.toBe(
      layout.of({ clientKey: 'ab', userId: 'c' }).record,
    );
  });

  it.each(['', 'a', 'a:b:c', 'a b', 'ä:ö', 'a:b\n'])('%j is no account', (member) => {
    expect(layout.accountOf(member)).toBeNull();
  });

  it('spread over all shards evenly', () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 30 * SHARDS; n += 1) {
      const { due } = layout.of({ clientKey: 'aw1', userId: `user-${n}` });
      counts.set(due, (counts.get(due) ?? 0) + 1);
    }
    expect(counts.size).toBe(SHARDS);
    expect(Math.max(...counts.values())).toBeLessThan(70);
  });

  it('agree with the names that an index entry leads to', () => {
    const names = layout.of({ clientKey: 'aw1', userId: 'user-1' });
    const shard = Number(/\d{4}/.exec(names.due)?.[0]);
    expect(layout.dueIndex(shard)).toBe(names.due);
    expect(layout.recordOf(shard, names.member)).toBe(names.record);
  });
});

describe('with hidden user ids', () => {
  const hmacSecret = randomBytes(32);
  const hiding = new KeyLayout('tt', { userIds: new HiddenUserIds({ hmacSecret }) });
  const key = { clientKey: 'aw1', userId: 'someone@example.com' };

  // Written out a second time: other names would lose every stored account.
  it('an HMAC under a key from the secret stands for the user id, in the shard too', () => {
    const prefixed = (bytes: Buffer) => Buffer.concat([Buffer.of(0, 0, 0, bytes.byteLength), bytes]);
    const hmacKey = Buffer.from(hkdfSync('sha256', hmacSecret, '', 'tt user ids: names', 32));
    const clientKey = Buffer.from(key.clientKey);
    const hidden = createHmac('sha256', hmacKey).update(prefixed(clientKey)).update(key.userId).digest();
    const hash = createHash('sha256').update(prefixed(clientKey)).update(prefixed(hidden)).digest();
    const shard = String(hash.readUInt16BE(0) >> 6).padStart(4, '0');
    const member = `YXcx:${hidden.toString('base64url')}`;
    expect(hiding.of(key)).toMatchObject({ member, record: `{tt:${shard}}:record:${member}` });
  });

  it('the account is told again by its sealed user id, and only by its own', () => {
    const names = hiding.of(key);
    const sealed = hiding.sealedUserId(key);
    expect(sealed).not.toBe(hiding.sealedUserId(key));
    expect(hiding.accountOf(hiding.announced(names, sealed))).toEqual(key);
    expect(hiding.accountOf(names.member)).toBeNull();
    const others = [hiding.of({ ...key, userId: 'other' }), hiding.of({ ...key, clientKey: 'aw2' })];
    for (const other of others) expect(hiding.accountOf(hiding.announced(other, sealed))).toBeNull();
    expect(layout.accountOf(hiding.announced(names, sealed))).toBeNull();
  });
});

describe('the records that Redis is searched for', () => {
  it('are told from everything else by their keys', () => {
    const prefixed = new KeyLayout('tt', { keyPrefix: 'app[1]:' });
    const { record, member } = prefixed.of({ clientKey: 'aw1', userId: 'user-1' });
    expect(prefixed.recordPattern).toBe('app\\[1\\]:{tt:????}:record:*');
    expect(prefixed.placeOf(`app[1]:${record}`)).toEqual({ record, member });
    for (const other of [record, `app[1]:${record}:x`, `app[1]:{tt:12}:record:${member}`, 'app[1]:{tt:0001}:due']) {
      expect(prefixed.placeOf(other)).toBeNull();
    }
    expect(layout.placeOf('{ttx:0001}:record:a:b')).toBeNull();
  });
});

describe('the pattern of the channels', () => {
  it('stands for the channels of all shards', () => {
    const { channel } = layout.of({ clientKey: 'aw1', userId: 'user-1' });
    expect(layout.channels).toContain(channel);
    expect(new Set(layout.channels).size).toBe(SHARDS);
  });

  it('carries what ioredis would not add, with its wildcards taken literally', () => {
    expect(layout.channelPattern).toBe('{tt:????}:changes:0');
    expect(new KeyLayout('tt', { keyPrefix: 'a*[b]', db: 3 }).channelPattern).toBe('a\\*\\[b\\]{tt:????}:changes:3');
    expect(new KeyLayout('tt', { keyPrefix: 'a*' }).of({ clientKey: '', userId: '' }).channel).toMatch(/^a\*\{tt:/);
  });
});
