import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCommand, RedisReplyError, readReply } from './resp.js';

type Reply = string | number | null | readonly Reply[];

const { reply: replies } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
}));

/** As Redis writes it. */
function written(reply: Reply): string {
  if (reply === null) {
    return '$-1\r\n';
  }
  if (typeof reply === 'number') {
    return `:${reply}\r\n`;
  }
  if (typeof reply === 'string') {
    return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  }
  return `*${reply.length}\r\n${reply.map(written).join('')}`;
}

describe('readReply', () => {
  test('reads whatever Redis answers, and where the next answer begins', () => {
    fc.assert(
      fc.property(replies, fc.string(), (reply, rest) => {
        const bytes = Buffer.from(written(reply) + rest);
        expect(readReply(bytes)).toEqual({ reply, end: bytes.length - Buffer.byteLength(rest) });
      }),
    );
  });

  test('waits for the rest of an answer that is cut off anywhere', () => {
    fc.assert(
      fc.property(replies, fc.nat(), (reply, cut) => {
        const bytes = Buffer.from(written(reply));
        expect(readReply(bytes.subarray(0, cut % bytes.length))).toBeUndefined();
      }),
    );
  });

  test('reads a status, an empty array and a null array', () => {
    expect(readReply(Buffer.from('+OK\r\n'))).toEqual({ reply: 'OK', end: 5 });
    expect(readReply(Buffer.from('*0\r\n'))).toEqual({ reply: [], end: 4 });
    expect(readReply(Buffer.from('*-1\r\n'))).toEqual({ reply: null, end: 5 });
  });

  test('reads a refusal, with its code, also inside an array', () => {
    const refusal = readReply(Buffer.from('-MOVED 7 127.0.0.1:1\r\n'))?.reply;
    expect(refusal).toBeInstanceOf(RedisReplyError);
    expect(refusal).toMatchObject({ code: 'MOVED', message: 'MOVED 7 127.0.0.1:1', name: 'RedisReplyError' });
    expect(readReply(Buffer.from('*2\r\n+OK\r\n-ERR no\r\n'))?.reply).toEqual(['OK', new RedisReplyError('ERR no')]);
  });

  test('refuses what is not RESP2', () => {
    expect(() => readReply(Buffer.from('HTTP/1.1 200 OK\r\n'))).toThrow('not a RESP2 reply: "HTTP/1.1 200 OK"');
  });
});

test('encodeCommand counts bytes, not characters', () => {
  expect(String(encodeCommand(['SET', 'ö', 1, Buffer.from([65])]))).toBe(
    '*4\r\n$3\r\nSET\r\n$2\r\nö\r\n$1\r\n1\r\n$1\r\nA\r\n',
  );
});
