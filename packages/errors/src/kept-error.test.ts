import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.js';
import { REDACTED } from './redacted.js';
import { TikTokError } from './tiktok-error.js';

const CANARY = 'c4n4ryS3cr3t';

describe('redact of errors', () => {
  class HttpFailure extends Error {
    override name = 'HttpFailure';
    constructor(
      message: string,
      readonly request: unknown,
      options?: ErrorOptions,
    ) {
      super(message, options);
    }
  }

  const failure = () =>
    new HttpFailure(`GET /cb?code=${CANARY}`, { headers: { authorization: CANARY } }, { cause: `rft.${CANARY}` });

  it('gives a plain object with the stack, the fields and the causes', () => {
    const result = redact(failure());
    expect(result).toEqual({
      name: 'HttpFailure',
      message: `GET /cb?code=${REDACTED}`,
      request: { headers: { authorization: REDACTED } },
      stack: expect.stringMatching(/^HttpFailure: GET \/cb\?code=\[redacted\]\n {4}at /),
      cause: `rft.${REDACTED}`,
    });
    expect(JSON.stringify(result)).not.toContain(CANARY);
  });

  it('gives all errors of an AggregateError, and one that names itself', () => {
    const error = new AggregateError([failure(), 'x'], 'all failed');
    expect(redact(error)).toMatchObject({ message: 'all failed', errors: [{ name: 'HttpFailure' }, 'x'] });
    expect(redact(new DOMException('too late', 'TimeoutError'))).toMatchObject({
      name: 'TimeoutError',
      message: 'too late',
    });
  });

  it('keeps them errors of their class when asked, for inspect', () => {
    const result = redact({ failure: failure() }, { keepErrors: true });
    expect(result).toMatchObject({ failure: expect.any(HttpFailure) });
    const text = inspect(result, { depth: 5 });
    expect(text).toContain(`failure: HttpFailure: GET /cb?code=${REDACTED}\n`);
    expect(text).toContain(`authorization: '${REDACTED}'`);
    expect(text).toContain(`[cause]: 'rft.${REDACTED}'`);
    expect(JSON.stringify(result)).toContain(REDACTED);
    expect(text + JSON.stringify(result)).not.toContain(CANARY);
  });

  it('lets no line break of a message forge a line of a kept error', () => {
    const error = new Error('a\n[2025] [TikTok] [ERROR] forged\u001b[2J');
    const text = inspect(redact({ error }, { keepErrors: true }));
    expect(text).toContain('a\\n[2025] [TikTok] [ERROR] forged\\u001b[2J');
    expect(text).not.toContain('\u001b');
    expect(text.split('\n').filter((line) => line.includes('forged'))).toHaveLength(1);
  });

  it('does not believe what a foreign class would print of itself', () => {
    class Chatty extends Error {
      #secret = CANARY;
      [inspect.custom]() {
        return `Chatty ${this.#secret}`;
      }
      toJSON() {
        return this.#secret;
      }
    }
    const kept = redact(new Chatty('m'), { keepErrors: true });
    expect(inspect(kept) + JSON.stringify(kept) + JSON.stringify(redact(new Chatty('m')))).not.toContain(CANARY);
  });

  it('leaves an error of ours as it is when errors are kept: it prints itself', () => {
    const error = new TikTokError('m', { type: 'API_ERROR' });
    expect(redact(error, { keepErrors: true })).toBe(error);
    expect(redact(error)).toEqual(error.toJSON());
  });
});
