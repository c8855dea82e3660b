import assert from 'node:assert/strict';
import VError from 'verror';
import type { Subject } from '../../harness/subject.js';
import { call, cause, LOG_ID, nextAnswer } from './answer.js';
import { serialisedOf } from './serialised.js';

function make(): VError {
  const { code, message, log_id: logId } = nextAnswer().error;
  const info = { ...call, type: 'INVALID_TOKEN', code, logId, retryable: false, timestamp: new Date() };
  return new VError({ name: 'ApiError', cause, info }, 'TikTok answered %s: %s (HTTP %d)', code, message, 401);
}

function made(): Subject {
  return {
    call: make,
    check(error) {
      assert.ok(error instanceof VError);
      assert.match(VError.info(error).logId, LOG_ID);
      assert.equal(VError.cause(error), cause);
    },
  };
}

/** As its documentation has it: `info` and `fullStack` gather what the whole chain of causes knows. */
function serialised(): Subject {
  return serialisedOf(make, (error) =>
    JSON.stringify({ name: error.name, message: error.message, stack: VError.fullStack(error), ...VError.info(error) }),
  );
}

export const subjects = { made, serialised };
