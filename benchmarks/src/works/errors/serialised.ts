import assert from 'node:assert/strict';
import type { Subject } from '../../harness/subject.js';
import { cause, code, LOG_ID } from './answer.js';

const ERRORS = 256;

/**
 * Errors made before, one after another, as text. Their stacks were read once: formatting one is the engine's work, the
 * same for everybody, and would hide the rest.
 */
export function serialisedOf<E extends Error>(make: () => E, serialise: (error: E) => string): Subject {
  const errors = Array.from({ length: ERRORS }, make);
  for (const error of [...errors, cause]) assert.ok(error.stack);
  let next = 0;
  const call = (): string => {
    next = (next + 1) % ERRORS;
    const error = errors[next];
    return error === undefined ? '' : serialise(error);
  };
  return {
    call,
    check(text) {
      assert.ok(typeof text === 'string');
      assert.match(text, LOG_ID);
      for (const part of [code, 'user.info', cause.message, 'at ']) {
        assert.ok(text.includes(part), `no ${part} in ${text}`);
      }
    },
  };
}
