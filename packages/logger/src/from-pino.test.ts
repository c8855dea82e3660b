import { TikTokError } from '@tt/errors';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { withCorrelationId } from './correlation.js';
import { fromPino, type PinoLike } from './from-pino.js';

function capture(options: pino.LoggerOptions = {}) {
  const lines: string[] = [];
  const theirs = pino({ name: 'app', ...options }, { write: (line) => lines.push(line) });
  return { logger: fromPino(theirs), theirs, lines, parsed: () => lines.map((line) => JSON.parse(line)) };
}

describe('fromPino', () => {
  it('writes each level as pino does, with the logger’s own name and level', () => {
    const { logger, parsed } = capture({ level: 'info' });
    logger.debug('d');
    logger.info('i', { operation: 'user.info' });
    logger.warn('w');
    logger.error('e');
    expect(parsed()).toMatchObject([
      { level: 30, msg: 'i', name: 'app', operation: 'user.info', pid: expect.any(Number) },
      { level: 40, msg: 'w' },
      { level: 50, msg: 'e' },
    ]);
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
      logger
        .child({ refresh_token: 'c4n4ry' })
        .error('failed ?code=c4n4ry&', error, { err: error, list: [{ token: 'c4n4ry' }] });
    });
    expect(lines.join('')).not.toContain('c4n4ry');
    expect(parsed()[0]).toMatchObject({
      msg: 'failed ?code=[redacted]&',
      correlationId: 'request-7',
      refresh_token: '[redacted]',
      error: { type: 'TOKEN_EXPIRED', code: 'invalid_grant', logId: 'L', cause: { message: 'Bearer [redacted]' } },
      'context.err': { type: 'TOKEN_EXPIRED', stack: expect.stringContaining('refused act.[redacted]\n') },
    });
  });

  it('lets a context overwrite nothing of pino’s, nor be taken for a request', () => {
    const { logger, lines, parsed } = capture();
    const context = {
      level: 'x',
      time: 0,
      msg: 'x',
      name: 'x',
      pid: 0,
      hostname: 'x',
      method: 'GET',
      headers: {},
      socket: {},
    };
    logger.info('100% %s', context);
    expect(parsed()[0]).toMatchObject({
      level: 30,
      msg: '100% %s',
      name: 'app',
      method: 'GET',
      headers: {},
      'context.pid': 0,
    });
    expect(lines[0]?.match(/"level":/g)).toHaveLength(1);
  });

  it('asks pino whether a line is wanted before it does anything for it', () => {
    const { logger, theirs, lines } = capture({ level: 'error' });
    const untouchable = new Proxy({}, { get: fail, ownKeys: fail });
    logger.info('m', untouchable);
    theirs.level = 'info';
    logger.info('m', { a: 1 });
    expect(lines).toHaveLength(1);
  });

  it('breaks nobody when the logger breaks', () => {
    const broken = { debug: fail, info: fail, warn: fail, error: fail, isLevelEnabled: fail };
    const logger = fromPino(broken);
    expect(() => logger.child({}).error('m', new Error('e'))).not.toThrow();
  });

  it.each<[unknown, string]>([
    [undefined, 'fromPino: logger.debug is undefined; expected a logger with debug, info, warn, error'],
    [{ debug() {}, info() {}, warn: true }, 'fromPino: logger.warn is true; expected a logger with'],
  ])('refuses %j by name', (logger, complaint) => {
    expect(() => fromPino(logger as PinoLike)).toThrow(TypeError);
    expect(() => fromPino(logger as PinoLike)).toThrow(complaint);
  });
});

function fail(): never {
  throw new Error('no');
}
