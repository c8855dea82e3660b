import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

describe('the pattern of the channels', () => {
  it('carries what ioredis would not add, with its wildcards taken literally', () => {
    expect(layout.channelPattern).toBe('{tt:????}:changes:0');
    expect(new KeyLayout('tt', { keyPrefix: 'a*[b]', db: 3 }).channelPattern).toBe('a\\*\\[b\\]{tt:????}:changes:3');
    expect(new KeyLayout('tt', { keyPrefix: 'a*' }).of({ clientKey: '', userId: '' }).channel).toMatch(/^a\*\{tt:/);
  });
});
