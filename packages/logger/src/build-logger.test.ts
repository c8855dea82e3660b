import { networkError, TikTokError } from '@tt/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withCorrelationId } from './correlation.js';
import { createLogger } from './create-logger.js';
import type { LogContext, Logger } from './logger.js';

function capture(output: 'json' | 'pretty' = 'json', level: 'DEBUG' | 'ERROR' = 'DEBUG') {
  const lines: string[] = [];
  const logger = createLogger({ output, level, destination: { write: (line) => lines.push(line) } });
  return { logger, lines, parsed: () => lines.map((line) => JSON.parse(line)) };
}

describe('the correlation id of a line', () => {
  it('is that of the line, else of the parents, else of the surroundings, else of the error', () => {
    const { logger, parsed } = capture();
    const error = new TikTokError('m', { type: 'API_ERROR', correlationId: 'of-error' });
    logger.info('none');
    logger.error('m', error);
    withCorrelationId('ambient-1', () => {
      logger.error('m', error);
      const child = logger.child({ correlationId: 'bound-1' });
      child.error('m', error);
      child.error('m', error, { correlationId: 'explicit-1' });
      child.info('m', { correlationId: undefined });
    });
    expect(parsed().map(({ correlationId }) => correlationId)).toEqual([
      undefined,
      'of-error',
      'ambient-1',
      'bound-1',
      'explicit-1',
      'bound-1',
    ]);
  });

  it('that is not allowed is replaced', () => {
    const { logger, parsed } = capture();
    logger.info('m', { correlationId: 'evil\n{"level":"error"}' });
    logger.info('m', { correlationId: 42 });
    withCorrelationId('ambient-1', () => logger.info('m', { correlationId: 'not allowed' }));
    const [first, second, third] = parsed();
    expect(first.correlationId).toMatch(/^tt-\d+-/);
    expect(second.correlationId).toMatch(/^tt-\d+-/);
    expect(third.correlationId).toBe('ambient-1');
  });

  it('is the first of its fields', () => {
    const { logger, lines } = capture();
    logger.info('m', { a: 1, correlationId: 'c-1' });
    expect(lines[0]).toMatch(/"name":"TikTok","correlationId":"c-1","a":1,"msg":"m"\}\n$/);
  });

  it('is also that of an error made meanwhile, with no one passing it on', () => {
    const error = withCorrelationId('request-7', () => networkError(new Error('x')));
    expect(error.correlationId).toBe('request-7');
  });
});

describe('a child', () => {
  it('adds its context to every line, and a grandchild to that', () => {
    const { logger, parsed } = capture();
    logger.child({ operation: 'a', userId: 'x' }).child({ userId: 'u' }).info('m', { attempt: 2 });
    logger.info('m');
    expect(parsed()[0]).toMatchObject({ operation: 'a', userId: 'u', attempt: 2 });
    expect(parsed()[1]).not.toHaveProperty('operation');
  });

  it('is redacted, and keeps what it was given though that changes', () => {
    const { logger, lines } = capture();
    const context = { refresh_token: 'c4n4ry', step: 1 };
    const child = logger.child(context);
    context.step = 2;
    child.info('m');
    expect(lines[0]).toContain('"refresh_token":"[redacted]","step":1');
  });

  it('of something hostile is a child all the same', () => {
    const { logger, parsed } = capture();
    const hostile = new Proxy({}, { ownKeys: () => fail(), getPrototypeOf: () => fail(), get: () => fail() });
    for (const context of [hostile, null, undefined, 'text', 42]) logger.child(context as LogContext).info('m');
    expect(parsed()).toHaveLength(5);
    expect(parsed()[0]).toMatchObject({ msg: 'm', context: '[unreadable]' });
  });
});

describe('the fields that a line has of its own', () => {
  it('cannot be overwritten by a context, and what was to do so is not lost', () => {
    const { logger, lines, parsed } = capture();
    const forged = { level: 'debug', time: 0, msg: 'forged', name: 'Other', error: 'mine' };
    logger.child(forged).error('real', new Error('e'), forged);
    logger.info('no error', { error: 'mine' });
    expect(parsed()[0]).toMatchObject({
      level: 'error',
      msg: 'real',
      name: 'TikTok',
      error: { message: 'e' },
      'context.level': 'debug',
      'context.time': 0,
      'context.msg': 'forged',
      'context.name': 'Other',
      'context.error': 'mine',
    });
    expect(lines[0]?.match(/"level":/g)).toHaveLength(1);
    expect(parsed()[1].error).toBe('mine');
  });

  it('nor the timestamp of a pretty line', () => {
    const { logger, lines } = capture('pretty');
    logger.info('m', { timestamp: 'forged', level: 'shown' });
    expect(lines[0]).toContain("'context.timestamp': 'forged'");
    expect(lines[0]).toContain("level: 'shown'");
  });
});

describe('what is handed over in the wrong place', () => {
  it('is logged all the same', () => {
    const { logger, parsed } = capture();
    const loose = logger as unknown as Record<'info' | 'warn', (...all: unknown[]) => void>;
    loose.warn('an error as the context', new TypeError('slip'));
    loose.info('a text', 'details');
    loose.info('a list', [1, 2]);
    loose.info({ no: 'text' });
    loose.info(undefined);
    loose.info(Symbol('act.c4n4ry'));
    logger.error('anything thrown', 'a text');
    logger.error('null thrown', null);
    expect(parsed()).toMatchObject([
      { error: { name: 'TypeError', message: 'slip', stack: expect.any(String) } },
      { context: 'details' },
      { context: [1, 2] },
      { msg: '{"no":"text"}' },
      { msg: 'undefined' },
      { msg: 'Symbol(act.[redacted])' },
      { error: 'a text' },
      { error: null },
    ]);
  });
});

describe.each(['json', 'pretty'] as const)('hostile input in %s output', (output) => {
  const breakers = '\n\r\u0085\u2028\u2029\u001b[2J\u009b31m\u202e\u2066\u0000';
  const forged = `${breakers}[2025-11-14T10:30:45.123Z] [TikTok] [ERROR] forged\n{"level":"error","msg":"forged"}`;

  it('forges no line and paints no terminal, wherever it stands', () => {
    const { logger, lines } = capture(output);
    const named = Object.assign(new Error(forged), { name: forged, code: forged, [forged]: forged });
    const classes = { [forged]: class extends Error {} };
    const Forger = classes[forged] ?? Error;
    logger.info(forged);
    logger.info('m', { value: forged, [forged]: 1, nested: { [forged]: [forged, new Map([[forged, forged]])] } });
    logger.error('m', named);
    logger.error('m', new Forger(forged, { cause: forged }));
    logger.error('m', new TikTokError(forged, { type: 'API_ERROR', code: forged, cause: named }));
    logger.error('m', forged);
    logger.child({ [forged]: forged, correlationId: forged }).info('m');
    expect(lines).toHaveLength(7);
    for (const text of lines) {
      expect(text).toContain('forged');
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      const begins = text.split('\n').filter((line) => /^[[{]/.test(line));
      // The head, and in pretty output the brace of its context.
      expect(begins).toHaveLength(output === 'json' ? 1 : 2);
      if (output === 'json') expect(JSON.parse(text)).toMatchObject({ name: 'TikTok' });
    }
  });

  it('is bounded', () => {
    const { logger, lines } = capture(output);
    const circle: Record<string, unknown> = { big: 'x'.repeat(10_000_000), many: new Array(1_000_000_000), n: 10n };
    circle.self = circle;
    const error = Object.assign(new Error('x'.repeat(10_000_000)), { circle });
    logger.error('y'.repeat(10_000_000), error, circle);
    expect(lines[0]?.length).toBeLessThan(400_000);
    expect(lines[0]).toContain('more characters]');
    expect(lines[0]).toContain('[circular]');
  });

  it('throws nothing', () => {
    const { logger, lines } = capture(output);
    const broken: Record<string, unknown> = {
      get getter() {
        return fail();
      },
      proxy: new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail, has: fail }),
      toJSON: fail,
      symbol: Symbol('s'),
      fn() {},
    };
    logger.info('m', broken);
    logger.info('m', { broken });
    logger.error('m', new Proxy(new Error('m'), { get: fail, getPrototypeOf: fail }), broken);
    logger.error('m', Object.create(null));
    expect(lines).toHaveLength(4);
  });

  it('whatever the context, is a line', () => {
    const { logger, lines } = capture(output);
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything()), fc.anything(), (message, context, error) => {
        lines.length = 0;
        logger.error(message, error, context);
        expect(lines).toHaveLength(1);
        if (output === 'json') expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', name: 'TikTok' });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a suppressed line', () => {
  it('is not looked at', () => {
    const { logger, lines } = capture('json', 'ERROR');
    const untouchable = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail });
    const message = { toString: fail, toJSON: fail } as unknown as string;
    const child = logger.child({ a: 1 });
    for (const suppressed of [logger, child]) {
      suppressed.debug(message, untouchable);
      suppressed.info(message, untouchable);
      suppressed.warn(message, untouchable);
    }
    expect(lines).toEqual([]);
  });

  it('makes no garbage', () => {
    const { logger } = capture('json', 'ERROR');
    const context = { a: 1 };
    const run = (): void => {
      for (let count = 0; count < 200_000; count++) logger.debug('m', context);
    };
    run();
    const before = process.memoryUsage().heapUsed;
    run();
    // A single object for each line would take several megabytes.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000);
  });
});

it('its methods can be handed on by themselves', () => {
  const { logger, lines } = capture();
  const { debug, info, warn, error, child }: Logger = logger;
  debug('m');
  info('m');
  warn('m');
  error('m');
  child({}).info('m');
  expect(lines).toHaveLength(5);
});

function fail(): never {
  throw new Error('no');
}
