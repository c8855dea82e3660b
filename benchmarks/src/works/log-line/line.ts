import assert from 'node:assert/strict';

/** What all of them log. */
export const message = 'Operation done';
export const correlationId = 'tt-1736159823400-9f2c1ab07d44';
const SECRET = '9f2c1ab07d44e8aa31Example!4608.va';
let calls = 0;

/** What the context of a line is: another one each time, so that nobody is served by having seen it before. */
export function plainFields() {
  calls += 1;
  return { userId: `user-${calls}`, operation: 'user.info', duration: calls % 500, attempt: 1, cached: false };
}

/** Literals, since putting objects together costs as much as a line. */
export function fieldsWithSecret() {
  calls += 1;
  const tokens = { access_token: `act.user-${calls}.${SECRET}`, expires_in: 86_400 };
  return { userId: `user-${calls}`, operation: 'user.info', duration: calls % 500, attempt: 1, cached: false, tokens };
}

/** What of a context is in its line. */
function expectFields(line: unknown): void {
  const { userId, operation, duration, attempt, cached, tokens } = Object(line);
  assert.match(userId, /^user-\d+$/);
  const n = Number(userId.slice(5));
  assert.deepEqual({ operation, duration, attempt, cached }, { ...REST, duration: n % 500 });
  if (tokens !== undefined) assert.equal(tokens.expires_in, 86_400);
}

const REST = { operation: 'user.info', attempt: 1, cached: false };

export const detail = 'Detail';

/** Where the lines go: nowhere, but the last one is kept to be looked at. */
export function createSink() {
  let last = '';
  let count = 0;
  return {
    write(line: string): void {
      last = line;
      count += 1;
    },
    /** Fails unless the last line says what was logged, with the correlation id, and does not say the secret. */
    check(): void {
      assert.ok(last.includes(message), `no message in ${last}`);
      assert.ok(!last.includes(SECRET), 'the secret is in the line');
      const line: unknown = JSON.parse(last);
      assert.equal(Object(line).correlationId, correlationId);
      expectFields(line);
    },
    /** Fails where anything was written. */
    checkSilent(): void {
      assert.equal(count, 0, `a suppressed line was written: ${last}`);
    },
  };
}
