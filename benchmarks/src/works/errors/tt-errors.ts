import assert from 'node:assert/strict';
import { errorFromBody, TikTokError } from '@tt/errors';
import type { Subject } from '../../harness/subject.js';
import { call, cause, LOG_ID, nextAnswer } from './answer.js';
import { serialisedOf } from './serialised.js';

function make(): TikTokError | undefined {
  return errorFromBody(nextAnswer(), { ...call, cause });
}

function made(): Subject {
  return {
    call: make,
    check(error) {
      assert.ok(TikTokError.isInstance(error));
      assert.match(error.logId ?? '', LOG_ID);
      assert.equal(error.cause, cause);
    },
  };
}

function serialised(): Subject {
  return serialisedOf(() => {
    const error = make();
    assert.ok(error !== undefined);
    return error;
  }, JSON.stringify);
}

export const subjects = { made, serialised };
