import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withCorrelationId } from './correlation.js';
import { createLogger } from './create-logger.js';
import { fromPino } from './from-pino.js';
import type { LogContext } from './logger.js';

/** An instance of a class is no ordinary object, so a line with one goes the long way; its field is taken out again. */
class Detour {
  readonly long = true;
}

function linesOf(output: 'json' | 'pretty', log: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  log(createLogger({ output, level: 'DEBUG', destination, now: () => 1_700_000_000_000 }));
  return lines;
}

/** The line as it is, and as it is when it goes the long way. */
function bothWays(message: string, context: LogContext, bound: LogContext): [string[], string[]] {
  const id = 'surrounding-1';
  const short = withCorrelationId(id, () => linesOf('json', (logger) => logger.child(bound).info(message, context)));
  const long = withCorrelationId(id, () =>
    linesOf('json', (logger) => logger.child(bound).info(message, { ...context, detour: new Detour() })),
  );
  return [short, long.map((line) => line.replace(',"detour":{"long":true}', ''))];
}

const names = fc.oneof(
  fc.constantFrom('userId', 'operation', 'duration', 'level', 'msg', 'time', 'error', 'correlationId', 'constructor'),
  fc.constantFrom(
    'access_token',
    'tokens',
    'secrets',
    'code',
    'value',
    'name',
    'state',
    'rawHeaders',
    'toJSON',
    'keys',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((name) => name !== 'detour' && name !== '__proto__'),
);
const texts = fc.oneof(
  fc.constantFrom(
    'act.c4n4ry!1.e1',
    'Bearer c4n4ry',
    'client_secret=c4n4ry',
    'client_secret',
    'c4n4ry',
    'xyzabc*1!4608.va',
  ),
  fc.constantFrom(
    'user.info',
    'https://open.tiktokapis.com/v2/user/info/?fields=open_id',
    'a sentence, of words: two',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const { context } = fc.letrec<{ value: unknown; context: LogContext }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    texts,
    fc.constantFrom(null, undefined, true, false, 0, -1.5, Number.NaN, new Date(0), () => 1),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('context'),
  ),
  context: fc.dictionary(names, tie('value'), { maxKeys: 5, noNullPrototype: true }),
}));

describe('a line that goes the short way', () => {
  it('is the one that the long way gives, whatever is in it', () => {
    fc.assert(
      fc.property(texts, context, context, (message, own, bound) => {
        const [short, long] = bothWays(message, own, bound);
        expect(short).toEqual(long);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is so in more than one line, and with what its logger has learned', () => {
    const lines = linesOf('json', (logger) => {
      for (let round = 0; round < 3; round++) {
        logger.info('m', { userId: 'u', access_token: 'c4n4ry', tokens: { refresh_token: 'c4n4ry', expires_in: 5 } });
        logger.info('m', { level: 'x', nested: { level: 'y' } });
      }
    });
    expect(new Set(lines.filter((_, index) => index % 2 === 0)).size).toBe(1);
    expect(lines[4]).toContain(
      '"userId":"u","access_token":"[redacted]","tokens":{"refresh_token":"[redacted]","expires_in":5}',
    );
    expect(lines[5]).toContain('"context.level":"x","nested":{"level":"y"}');
  });

  it('sees a secret by what stands before it, or by the name of its list', () => {
    const lines = linesOf('json', (logger) => {
      logger.info('m', { raw: ['client_secret', 'c4n4ry'] });
      logger.info('m', { fields: ['open_id', 'display_name'] });
      logger.info('m', { tokens: ['c4n4ry'] });
      logger.info('m', { secrets: 'c4n4ry' });
    });
    expect(lines.map((line) => line.slice(line.indexOf('"name":"TikTok",') + 16))).toEqual([
      '"raw":["client_secret","[redacted]"],"msg":"m"}\n',
      '"fields":["open_id","display_name"],"msg":"m"}\n',
      '"tokens":["[redacted]"],"msg":"m"}\n',
      '"secrets":"[redacted]","msg":"m"}\n',
    ]);
  });

  it('goes by what a getter gave when it was looked at', () => {
    let asked = 0;
    const context = {
      get note() {
        asked += 1;
        return asked === 1 ? 'nothing' : 'act.c4n4ry';
      },
    };
    const [line] = linesOf('json', (logger) => logger.info('m', context));
    expect(line).toContain('"note":"nothing"');
    expect(asked).toBe(1);
  });

  it('takes nothing along but fields', () => {
    const given: object[] = [];
    const take = (fields: object): void => void given.push(fields);
    const hidden = Symbol('splat');
    const logger = fromPino({ debug: take, info: take, warn: take, error: take });
    logger.info('m', { step: 1, [hidden]: 'act.c4n4ry', nested: { [hidden]: 'act.c4n4ry' } });
    expect(inspect(given, { showHidden: true })).toBe('[ { step: 1, nested: {} }, [length]: 1 ]');
  });

  it('has nothing in it that is more than its fields', () => {
    const [line] = linesOf('json', (logger) => {
      logger.info('m', { at: new Date(0), map: new Map([['access_token', 'c4n4ry']]), of: new TypeError('x').message });
    });
    expect(line).toContain('"at":"1970-01-01T00:00:00.000Z","map":{"access_token":"[redacted]"},"of":"x"');
    const [other] = linesOf('json', (logger) => logger.info('m', { nested: { big: 10n, list: new Set([1]) } }));
    expect(other).toContain('"nested":{"big":"10","list":[1]}');
  });

  it('is as bounded as any', () => {
    const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`field${index}`, 'x'.repeat(900)]));
    const deep = { a: { a: { a: { a: { a: { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } } } } } };
    const [first = '', second = '', third = ''] = linesOf('json', (logger) => {
      logger.info('m', wide);
      logger.info('m', { list: Object.values(wide) });
      logger.info('m', deep);
    });
    for (const line of [first, second]) expect(line.length).toBeLessThan(150_000);
    for (const line of [first, second]) expect(line).toContain('more]');
    expect(third).toContain('[too deep]');
    const [long = ''] = linesOf('json', (logger) => logger.info('x'.repeat(20_000), { text: 'y'.repeat(20_000) }));
    expect(long.match(/\[10000 more characters\]/g)).toHaveLength(2);
  });

  it('remembers no more names than a program has', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const logger = createLogger({ output: 'json', level: 'INFO', destination: { write: () => undefined } });
    const heap = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    logger.info('m', { userId: 'u' });
    const before = heap();
    for (let user = 0; user < 100_000; user++)
      logger.info('m', { [`a name that is made of the data of user ${user}`]: 1 });
    // All of them together are ten times as much.
    expect(heap() - before).toBeLessThan(2_000_000);
    logger.info('still there', { userId: 'u' });
  });
});
