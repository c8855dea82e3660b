import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { withCorrelationId } from './correlation.js';
import { type ConsoleLike, fromConsole } from './from-console.js';

const now = (): number => Date.parse('2025-11-14T10:30:45.123Z');

function capture() {
  const printed = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        printed[name] += chunk;
        done();
      },
    });
  return { theirs: new Console({ stdout: into('stdout'), stderr: into('stderr') }), printed };
}

describe('fromConsole', () => {
  it('writes pretty lines, each by the method of its level', () => {
    const { theirs, printed } = capture();
    const logger = fromConsole(theirs, { level: 'DEBUG', now });
    logger.debug('d');
    logger.info('100% %s %o', { operation: 'user.info' });
    logger.warn('w');
    logger.error('e', new Error('below'));
    expect(printed.stdout).toBe(
      `[2025-11-14T10:30:45.123Z] [TikTok] [DEBUG] d
{ timestamp: '2025-11-14T10:30:45.123Z' }
[2025-11-14T10:30:45.123Z] [TikTok] [INFO] 100% %s %o
${inspect({ operation: 'user.info', timestamp: '2025-11-14T10:30:45.123Z' })}
`,
    );
    expect(printed.stderr).toMatch(
      /^\[2025-11-14T10:30:45\.123Z\] \[TikTok\] \[WARN\] w\n.*\n.* \[ERROR\] e\n\{\n {2}error: Error: below\n {6}at /,
    );
  });

  it('redacts and adds the correlation id', () => {
    const { theirs, printed } = capture();
    withCorrelationId('request-7', () => {
      fromConsole(theirs).child({ token: 'c4n4ry' }).error('act.c4n4ry', new Error('rft.c4n4ry'));
    });
    expect(printed.stderr).toContain("correlationId: 'request-7'");
    expect(printed.stderr).toContain('Error: rft.[redacted]');
    expect(printed.stderr).not.toContain('c4n4ry');
  });

  it('has the default level of createLogger', () => {
    vi.stubEnv('TIKTOK_LOG_LEVEL', 'ERROR');
    const { theirs, printed } = capture();
    fromConsole(theirs).warn('w');
    expect(printed.stderr).toBe('');
  });

  it('breaks nobody when the console, or the clock, breaks', () => {
    const broken = { debug: fail, info: fail, warn: fail, error: fail };
    expect(() => fromConsole(broken).error('m')).not.toThrow();
    const { theirs, printed } = capture();
    fromConsole(theirs, { now: () => Number.NaN }).info('m');
    expect(printed.stdout).toContain('[INFO] m');
  });

  it.each<[unknown, unknown, string]>([
    [undefined, {}, 'fromConsole: logger.debug is undefined; expected a logger with debug, info, warn, error'],
    [console, { level: 'loud' }, 'fromConsole: level is "loud"; expected DEBUG, INFO, WARN, ERROR or 0 to 3'],
    [console, { now: 1 }, 'fromConsole: now is 1; expected a function'],
    [console, { output: 'json' }, 'fromConsole: "output" is no option; expected level, now'],
    [console, 'DEBUG', 'fromConsole: options is "DEBUG"; expected an object'],
  ])('refuses what is wrong by name (%#)', (logger, options, complaint) => {
    expect(() => fromConsole(logger as ConsoleLike, options as object)).toThrow(TypeError);
    expect(() => fromConsole(logger as ConsoleLike, options as object)).toThrow(complaint);
  });
});

function fail(): never {
  throw new Error('no');
}
