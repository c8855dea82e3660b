import { storeError, type TikTokError } from '@tt/errors';

/**
 * What ioredis rejected with, as the store's own error: code `redis_error` where Redis answered with an error,
 * `unreachable` where no answer came.
 *
 * @param trouble Why the connection is down, where that is known; says more than ioredis' own rejection.
 */
export function redisFailure(
  rejection: unknown,
  { operation, trouble }: { readonly operation: string; readonly trouble?: Error | undefined },
): TikTokError {
  const reason = isReplyError(rejection) ? rejection : (trouble ?? rejection);
  const cause = withoutCommand(reason);
  if (isReplyError(reason)) {
    return storeError(`Redis refused: ${cause.message}`, { code: 'redis_error', operation, cause });
  }
  return storeError(`Redis could not be reached: ${cause.message}`, { code: 'unreachable', operation, cause });
}

/** The error of an answer that did not come in time. What was asked may have happened, or still happen. */
export function redisTimeout(
  timeoutMs: number,
  { operation, trouble }: { readonly operation: string; readonly trouble?: Error | undefined },
): TikTokError {
  if (trouble !== undefined) return redisFailure(trouble, { operation, trouble });
  return storeError(`Redis did not answer within ${timeoutMs} ms`, { code: 'timeout', operation });
}

/** Whether Redis no longer, or not yet, has the script that was called by its SHA. */
export function isUnknownScript(rejection: unknown): boolean {
  return isReplyError(rejection) && rejection.message.startsWith('NOSCRIPT');
}

/** Known by name: another installed copy has another class. */
function isReplyError(rejection: unknown): rejection is Error {
  return rejection instanceof Error && rejection.name === 'ReplyError';
}

/** ioredis hangs the command with all its arguments on its errors, the record among them (D11). */
function withoutCommand(error: unknown): Error {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const copy = new Error(textOf(error, code));
  if (error instanceof Error) copy.name = error.name;
  return typeof code === 'string' ? Object.assign(copy, { code }) : copy;
}

function textOf(error: unknown, code: unknown): string {
  if (!(error instanceof Error)) return 'no reason was given';
  // Where a name has several addresses, Node's error for all of them has a code and no message.
  if (error.message === '') return typeof code === 'string' ? code : error.name;
  // Redis quotes the arguments of a command it does not know.
  return error.message.replace(/,? with args beginning with[\s\S]*/, '');
}
