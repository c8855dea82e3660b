import assert from 'node:assert/strict';
import { pino } from 'pino';
import type { Subject } from '../../harness/subject.js';
import { call, cause, LOG_ID, nextAnswer } from './answer.js';
import { serialisedOf } from './serialised.js';

/** What one writes first: eight fields and a cause. */
class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly type: string;
  readonly code: string;
  readonly correlationId: string;
  readonly operation: string;
  readonly statusCode: number;
  readonly logId: string;
  readonly retryable: boolean;
  readonly timestamp: Date;

  constructor(answer: ReturnType<typeof nextAnswer>, { operation, statusCode, correlationId }: typeof call) {
    super(`TikTok answered ${answer.error.code}: ${answer.error.message} (HTTP ${statusCode})`, { cause });
    this.type = 'INVALID_TOKEN';
    this.code = answer.error.code;
    this.correlationId = correlationId;
    this.operation = operation;
    this.statusCode = statusCode;
    this.logId = answer.error.log_id;
    this.retryable = false;
    this.timestamp = new Date();
  }

  toJSON(): object {
    const { name, message, stack, type, code, correlationId, operation, statusCode, logId, retryable, timestamp } =
      this;
    const fields = {
      name,
      message,
      stack,
      type,
      code,
      correlationId,
      operation,
      statusCode,
      logId,
      retryable,
      timestamp,
    };
    return { ...fields, cause: { name: cause.name, message: cause.message, stack: cause.stack } };
  }
}

function make(): ApiError {
  return new ApiError(nextAnswer(), call);
}

function made(): Subject {
  return {
    call: make,
    check(error) {
      assert.ok(error instanceof ApiError);
      assert.match(error.logId, LOG_ID);
      assert.equal(error.cause, cause);
    },
  };
}

function serialised(): Subject {
  return serialisedOf(make, JSON.stringify);
}

/** What pino makes of the same error; it looks at the fields itself. */
export function serialisedByPino(): Subject {
  const { err } = pino.stdSerializers;
  return serialisedOf(make, (error) => JSON.stringify(err(error)));
}

export const subjects = { made, serialised };
