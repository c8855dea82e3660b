import { Writable } from 'node:stream';
import { networkError, TikTokError } from '@tt/errors';
import { pino, stdSerializers } from 'pino';
import { expect, it } from 'vitest';
import winston from 'winston';

// Whoever has a logger of their own hands our errors to it directly, without anything of ours between.

function error(): TikTokError {
  const raw = Object.assign(new Error('POST client_secret=c4n4ry& failed', { cause: new Error('rft.c4n4ry') }), {
    config: { headers: { authorization: 'Bearer c4n4ry' } },
  });
  return new TikTokError('outer act.c4n4ry', {
    type: 'TOKEN_EXPIRED',
    code: 'invalid_grant',
    logId: 'L1',
    cause: networkError(raw),
  });
}

it.each([
  ['the default serializer', {}],
  ['the serializer with causes', { serializers: { err: stdSerializers.errWithCause } }],
])('pino, with %s, prints what we know and no secret of the whole chain', (_name, options) => {
  const lines: string[] = [];
  const theirs = pino(options, { write: (line) => lines.push(line) });
  theirs.error(error(), 'failed');
  theirs.error({ err: error(), nested: { error: error(), cause: error().cause } });
  const text = lines.join('');
  for (const known of ['invalid_grant', 'L1', 'outer act.[redacted]', 'client_secret=[redacted]']) {
    expect(text).toContain(known);
  }
  expect(text).not.toContain('c4n4ry');
});

it('winston, with its errors format, prints what we know and no secret of the whole chain', () => {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  for (const format of [winston.format.json(), winston.format.simple(), winston.format.prettyPrint()]) {
    const theirs = winston.createLogger({
      format: winston.format.combine(winston.format.errors({ stack: true, cause: true }), format),
      transports: [new winston.transports.Stream({ stream })],
    });
    theirs.error(error());
    theirs.error('failed', { error: error() });
    theirs.error('failed', error());
  }
  for (const known of ['invalid_grant', 'L1', 'outer act.[redacted]']) expect(text).toContain(known);
  expect(text).not.toContain('c4n4ry');
});
