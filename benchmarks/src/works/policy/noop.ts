import assert from 'node:assert/strict';

const ANSWER = 'answered';

/** What the policies are put around. */
export async function noop(): Promise<string> {
  return ANSWER;
}

export function checkAnswer(result: unknown): void {
  assert.equal(result, ANSWER);
}

/** A call that fails, to open a breaker. */
export async function failing(): Promise<string> {
  throw new Error('down');
}

/** Fails unless the call was refused with this code. */
export function refusedWith(code: string) {
  return (result: unknown): void => {
    assert.ok(result instanceof Error, `not refused: ${result}`);
    assert.equal(Object(result).code, code);
  };
}

export function caught(error: unknown): unknown {
  return error;
}

// The same for all.
export const TIMEOUT_MS = 8_000;
export const ATTEMPTS = 3;
export const FAILURES = 5;
export const RESET_MS = 60_000;
