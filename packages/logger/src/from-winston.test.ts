import { Writable } from 'node:stream';
import { TikTokError } from '@tt/errors';
import { describe, expect, it } from 'vitest';
import winston from 'winston';
import { withCorrelationId } from './correlation.js';
import { fromWinston, type WinstonLike } from './from-winston.js';

function capture(options: winston.LoggerOptions = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const theirs = winston.createLogger({
    format: winston.format.combine(
      winston.format.splat(),
      winston.format.errors({ stack: true }),
      winston.format.json(),
    ),
    transports: [new winston.transports.Stream({ stream })],
    ...options,
  });
  return { logger: fromWinston(theirs), theirs, lines, parsed: () => lines.map((line) => JSON.parse(line)) };
}

describe('fromWinston', () => {
  it('writes each level as winston does, with the logger’s own level', () => {
    const { logger, parsed } = capture({ level: 'info' });
    logger.debug('d');
    logger.info('i', { operation: 'user.info' });
    logger.warn('w');
    logger.error('e');
    expect(parsed()).toEqual([
      { level: 'info', message: 'i', operation: 'user.info' },
      { level: 'warn', message: 'w' },
      { level: 'error', message: 'e' },
    ]);
  });

  it('knows syslog’s levels', () => {
    const { logger, parsed } = capture({ levels: winston.config.syslog.levels, level: 'debug' });
    logger.warn('w');
    logger.debug('d');
    expect(parsed()).toMatchObject([{ level: 'warning' }, { level: 'debug' }]);
  });

  it('redacts, adds the correlation id, and serialises errors with type and causes', () => {
    const { logger, lines, parsed } = capture();
    const cause = Object.assign(new Error('Bearer c4n4ry'), { config: { client_secret: 'c4n4ry' } });
    const error = new TikTokError('refused act.c4n4ry', {
      type: 'TOKEN_EXPIRED',
      code: 'invalid_grant',
      logId: 'L',
      cause,
    });
    withCorrelationId('request-7', () => {
      logger.child({ refresh_token: 'c4n4ry' }).error('failed ?code=c4n4ry&', error, { list: [{ token: 'c4n4ry' }] });
    });
    expect(lines.join('')).not.toContain('c4n4ry');
    expect(parsed()[0]).toMatchObject({
      level: 'error',
      message: 'failed ?code=[redacted]&',
      correlationId: 'request-7',
      refresh_token: '[redacted]',
      error: { type: 'TOKEN_EXPIRED', code: 'invalid_grant', logId: 'L', cause: { message: 'Bearer [redacted]' } },
    });
  });

  it('lets a context overwrite nothing of winston’s, nor be added to the message', () => {
    const { logger, parsed } = capture();
    logger.info('100% %s', { level: 'error', message: 'forged', splat: ['forged'], stack: 'shown' });
    expect(parsed()[0]).toEqual({
      level: 'info',
      message: '100% %s',
      'context.level': 'error',
      'context.message': 'forged',
      'context.splat': ['forged'],
      stack: 'shown',
    });
  });

  it('asks winston whether a line is wanted before it does anything for it', () => {
    const { logger, theirs, lines } = capture({ level: 'error' });
    const untouchable = new Proxy({}, { get: fail, ownKeys: fail });
    logger.info('m', untouchable);
    theirs.level = 'info';
    logger.info('m', { a: 1 });
    expect(lines).toHaveLength(1);
  });

  it('breaks nobody when the logger breaks', () => {
    const logger = fromWinston({ log: fail, isLevelEnabled: fail });
    expect(() => logger.child({}).error('m', new Error('e'))).not.toThrow();
  });

  it.each([undefined, null, {}, 'winston'])('refuses %j by name', (logger) => {
    expect(() => fromWinston(logger as unknown as WinstonLike)).toThrow(TypeError);
    expect(() => fromWinston(logger as unknown as WinstonLike)).toThrow(
      'fromWinston: logger.log is undefined; expected a logger with log',
    );
  });
});

function fail(): never {
  throw new Error('no');
}
