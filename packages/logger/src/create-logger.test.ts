import { TikTokError } from '@tt/errors';
import { describe, expect, it, vi } from 'vitest';
import { createLogger, type LoggerOptions } from './create-logger.js';
import type { Logger } from './logger.js';

const NOW = Date.parse('2025-11-14T10:30:45.123Z');

function capture(options: LoggerOptions = {}): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  return { logger: createLogger({ destination, now: () => NOW, ...options }), lines };
}

describe('pretty output', () => {
  it('is the brief’s line with the context and its timestamp below', () => {
    const { logger, lines } = capture({ output: 'pretty' });
    logger.info('Operation started', { correlationId: 'tt-1736159823400-abc123', userId: 'u1', operation: 'upload' });
    expect(lines).toEqual([
      `[2025-11-14T10:30:45.123Z] [TikTok] [INFO] Operation started
{
  correlationId: 'tt-1736159823400-abc123',
  userId: 'u1',
  operation: 'upload',
  timestamp: '2025-11-14T10:30:45.123Z'
}
`,
    ]);
  });

  it('shows an error as Node shows one', () => {
    const { logger, lines } = capture({ output: 'pretty' });
    const error = new TikTokError('refused', {
      type: 'TOKEN_EXPIRED',
      correlationId: 'c-1',
      cause: new Error('below'),
    });
    logger.error('Operation failed', error, { duration: 5 });
    expect(lines.join('')).toMatch(
      /^\[2025-11-14T10:30:45\.123Z\] \[TikTok\] \[ERROR\] Operation failed\n\{\n {2}correlationId: 'c-1',\n {2}duration: 5,\n {2}error: TikTokError: refused\n {6}at /,
    );
    expect(lines.join('')).toMatch(/\n {4}type: 'TOKEN_EXPIRED',\n[\s\S]+\n {4}\[cause\]: Error: below\n/);
  });
});

describe('json output', () => {
  it('is one pino line with level, time, msg, name and the context', () => {
    const { logger, lines } = capture({ output: 'json' });
    logger.warn('Slow', { operation: 'user.info', duration: 1200 });
    expect(lines).toEqual([
      '{"level":"warn","time":1763116245123,"name":"TikTok","operation":"user.info","duration":1200,"msg":"Slow"}\n',
    ]);
  });

  it('serialises an error with its type, ids, stack and causes', () => {
    const { logger, lines } = capture({ output: 'json' });
    const error = new TikTokError('refused', {
      type: 'TOKEN_EXPIRED',
      code: 'invalid_grant',
      logId: 'L1',
      correlationId: 'c-1',
      cause: new AggregateError([Object.assign(new Error('low'), { code: 'ECONNRESET' })], 'all failed'),
    });
    logger.error('Operation failed', error, { duration: 5 });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      msg: 'Operation failed',
      duration: 5,
      error: {
        name: 'TikTokError',
        message: 'refused',
        type: 'TOKEN_EXPIRED',
        code: 'invalid_grant',
        logId: 'L1',
        correlationId: 'c-1',
        stack: expect.stringMatching(/^TikTokError: refused\n {4}at /),
        cause: {
          name: 'AggregateError',
          message: 'all failed',
          stack: expect.stringContaining('at '),
          errors: [{ name: 'Error', message: 'low', code: 'ECONNRESET', stack: expect.stringContaining('at ') }],
        },
      },
    });
  });

  it('leaves fields as they are that pino would take for something else', () => {
    const { logger, lines } = capture({ output: 'json' });
    const context = {
      method: 'GET',
      headers: { accept: '*/*' },
      socket: 'x',
      err: new TikTokError('in the context', { type: 'API_ERROR' }),
      req: { id: 1 },
      toString: 'a',
      constructor: 'b',
    };
    logger.info('100% %s %d done', context);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: '100% %s %d done',
      ...context,
      err: { name: 'TikTokError', message: 'in the context', type: 'API_ERROR' },
    });
  });
});

describe('levels', () => {
  const everything = (logger: Logger): void => {
    logger.debug('d');
    logger.info('i');
    logger.warn('w');
    logger.error('e');
  };

  it.each([
    ['DEBUG', 4],
    ['info', 3],
    ['WARN', 2],
    [3, 1],
  ] as const)('%s lets %i of four lines through', (level, count) => {
    const { logger, lines } = capture({ level });
    everything(logger);
    expect(lines).toHaveLength(count);
  });

  it.each([
    ['development', 'pretty', 4],
    ['production', 'json', 3],
    ['test', 'json', 3],
    [undefined, 'json', 3],
  ])('NODE_ENV=%s is %s with %i lines', (nodeEnv, output, count) => {
    vi.stubEnv('NODE_ENV', nodeEnv);
    const { logger, lines } = capture();
    everything(logger);
    expect(lines).toHaveLength(count);
    expect(lines[0]?.startsWith('{')).toBe(output === 'json');
  });

  it('TIKTOK_LOG_LEVEL wins over NODE_ENV, and the option over both', () => {
    vi.stubEnv('NODE_ENV', 'development');
    vi.stubEnv('TIKTOK_LOG_LEVEL', 'error');
    const fromEnvironment = capture();
    everything(fromEnvironment.logger);
    expect(fromEnvironment.lines).toHaveLength(1);
    const fromOption = capture({ level: 'WARN' });
    everything(fromOption.logger);
    expect(fromOption.lines).toHaveLength(2);
  });

  it('an empty TIKTOK_LOG_LEVEL is none', () => {
    vi.stubEnv('TIKTOK_LOG_LEVEL', '');
    const { logger, lines } = capture();
    everything(logger);
    expect(lines).toHaveLength(3);
  });
});

describe('a wrong option is refused by name', () => {
  it.each<[unknown, string]>([
    [{ level: 'loud' }, 'createLogger: level is "loud"; expected DEBUG, INFO, WARN, ERROR or 0 to 3'],
    [{ level: 4n }, 'createLogger: level is "4"; expected DEBUG, INFO, WARN, ERROR or 0 to 3'],
    [{ output: 'xml' }, "createLogger: output is \"xml\"; expected 'pretty' or 'json'"],
    [{ destination: {} }, 'createLogger: destination is {}; expected something with a write method'],
    [{ destination: null }, 'createLogger: destination is null; expected something with a write method'],
    [{ now: 7 }, 'createLogger: now is 7; expected a function'],
    [{ levle: 'INFO' }, 'createLogger: "levle" is no option; expected level, output, destination, now'],
    ['json', 'createLogger: options is "json"; expected an object'],
    [null, 'createLogger: options is null; expected an object'],
  ])('%#', (options, complaint) => {
    expect(() => createLogger(options as LoggerOptions)).toThrow(TypeError);
    expect(() => createLogger(options as LoggerOptions)).toThrow(complaint);
  });

  it('so is a level of the environment', () => {
    vi.stubEnv('TIKTOK_LOG_LEVEL', 'loud');
    expect(() => capture()).toThrow('TIKTOK_LOG_LEVEL is "loud"; expected DEBUG, INFO, WARN, ERROR or 0 to 3');
  });
});

it('a clock that is broken costs no line', () => {
  for (const output of ['pretty', 'json'] as const) {
    const { logger, lines } = capture({ output, now: () => Number.NaN });
    logger.info('m');
    expect(lines.join('')).toContain('m');
    expect(lines.join('')).not.toContain('NaN');
  }
});
