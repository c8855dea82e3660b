import { describe, expect, it } from 'vitest';
import { LogLevel, parseLogLevel } from './log-level.js';

describe('LogLevel', () => {
  it('has the brief’s four numbers', () => {
    expect(LogLevel).toEqual({ DEBUG: 0, INFO: 1, WARN: 2, ERROR: 3 });
  });

  it.each([
    ['debug', 0],
    ['INFO', 1],
    [2, 2],
    ['Error', 3],
  ])('%j means %i', (value, level) => {
    expect(parseLogLevel(value, 'x')).toBe(level);
  });

  it.each(['verbose', 4, -1, '', null, '1'])('refuses %j and says what it takes', (value) => {
    expect(() => parseLogLevel(value, 'TIKTOK_LOG_LEVEL')).toThrow(
      `TIKTOK_LOG_LEVEL is ${JSON.stringify(value)}; expected DEBUG, INFO, WARN, ERROR or 0 to 3`,
    );
  });
});
