import { TikTokError } from '@tt/errors';
import { describe, expect, it, vi } from 'vitest';
import { withCorrelationId } from './correlation.js';
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
    expect(lines.join('')).toBe(
      `[2025-11-14T10:30:45.123Z] [TikTok] [INFO] Operation started
{
  correlationId: 'tt-1736159823400-abc123',
  userId: 'u1',
  operation: 'upload',
  timestamp: '2025-11-14T10:30:45.123Z'
}
`,
    );
  });

  it('lets no line break in a message forge a second line', () => {
    const { logger, lines } = capture({ output: 'pretty' });
    logger.info('harmless\n[2025-11-14T10:30:45.123Z] [TikTok] [ERROR] forged');
    expect(lines.join('').split('\n')[0]).toContain('harmless\\n[2025');
  });
});

describe('json output', () => {
  it('is one pino line with level, time, msg, name and the context', () => {
    const { logger, lines } = capture({ output: 'json' });
    logger.warn('Slow', { operation: 'user.info', duration: 1200 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: NOW,
      msg: 'Slow',
      name: 'TikTok',
      operation: 'user.info',
      duration: 1200,
    });
  });

  it('serialises an error with its type, ids, stack and causes', () => {
    const { logger, lines } = capture({ output: 'json' });
    const error = new TikTokError('refused', {
      type: 'TOKEN_EXPIRED',
      code: 'invalid_grant',
      logId: 'L1',
      correlationId: 'c-1',
      cause: new Error('below'),
    });
    logger.error('Operation failed', error, { duration: 5 });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      msg: 'Operation failed',
      duration: 5,
      error: {
        name: 'TikTokError',
        type: 'TOKEN_EXPIRED',
        code: 'invalid_grant',
        logId: 'L1',
        correlationId: 'c-1',
        stack: expect.stringContaining('refused'),
        cause: { message: 'below' },
      },
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
    vi.stubEnv('TIKTOK_LOG_LEVEL', 'error');
    const fromEnvironment = capture();
    everything(fromEnvironment.logger);
    expect(fromEnvironment.lines).toHaveLength(1);
    const fromOption = capture({ level: 'WARN' });
    everything(fromOption.logger);
    expect(fromOption.lines).toHaveLength(2);
  });

  it('names what is wrong', () => {
    vi.stubEnv('TIKTOK_LOG_LEVEL', 'loud');
    expect(() => capture()).toThrow('TIKTOK_LOG_LEVEL is "loud"; expected DEBUG, INFO, WARN, ERROR or 0 to 3');
    expect(() => capture({ level: 'loud' as 'info' })).toThrow('createLogger: level is "loud"');
    expect(() => capture({ level: 0, output: 'xml' as 'json' })).toThrow(
      "createLogger: output is \"xml\"; expected 'pretty' or 'json'",
    );
    expect(() => capture({ level: 0, destination: {} as { write: () => void } })).toThrow(/destination has no write/);
  });
});

describe('context', () => {
  it('takes the ambient correlation id, unless the line has its own', () => {
    const { logger, lines } = capture({ output: 'json' });
    withCorrelationId('ambient-1', () => {
      logger.info('a');
      logger.info('b', { correlationId: 'explicit-1' });
    });
    expect(lines.map((line) => JSON.parse(line).correlationId)).toEqual(['ambient-1', 'explicit-1']);
  });

  it('a child adds its context to every line, and a grandchild to that', () => {
    const { logger, lines } = capture({ output: 'json' });
    logger.child({ operation: 'a' }).child({ userId: 'u' }).info('m', { attempt: 2 });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ operation: 'a', userId: 'u', attempt: 2 });
  });

  it.each(['pretty', 'json'] as const)('redacts secrets in messages, context and errors (%s)', (output) => {
    const { logger, lines } = capture({ output, level: 'DEBUG' });
    const secret = 'c4n4ry';
    logger.debug(`token act.${secret}`, { accessToken: secret, nested: [{ client_secret: secret }] });
    logger.child({ refresh_token: secret }).error('x', new Error(`Bearer ${secret}`, { cause: `rft.${secret}` }), {
      url: `https://app.example/cb?code=${secret}&state=1`,
    });
    const text = lines.join('');
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(secret);
  });
});

it('a destination that throws does not break the caller', () => {
  for (const output of ['pretty', 'json'] as const) {
    const destination = {
      write: () => {
        throw new Error('disk full');
      },
    };
    expect(() => createLogger({ destination, output }).error('m', new Error('e'))).not.toThrow();
  }
});
