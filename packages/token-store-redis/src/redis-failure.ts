import { storeError, type TikTokError } from '@tt/errors';

/** What is known of the call that failed. */
interface FailedCall {
  readonly operation: string;
  /** Why the connection is down, where that is known; says more than ioredis' own rejection. */
  readonly trouble?: Error | undefined;
  /** Whether the call can have left this process, and so have taken effect. */
  readonly sent: boolean;
}

/** What Redis does not change its mind about by itself: who may do what, what a key or a command is, where a key lives. */
const REFUSED_FOR_GOOD =
  /^(?:WRONGPASS|NOAUTH|NOPERM|WRONGTYPE|MOVED|CROSSSLOT)\b|^ERR (?:unknown command|unknown redis command|the user executing the script)/i;

/** Redis adds this to an error that came up while a script ran, perhaps behind its first write: nothing is undone. */
const FROM_WITHIN_A_SCRIPT = /\bscript: [0-9a-f]{40}\b/;

/** What Redis refuses at a script's first write or not at all, so that nothing has happened. */
const REFUSED_BEFORE_THE_FIRST_WRITE = /^(?:OOM|READONLY|MISCONF|NOREPLICAS)\b/;

/**
 * Refusals that say of themselves that they pass: data is being loaded, a replica is taking over, a slot is on its way.
 * The script has not run. Not BUSY, which Redis says when a script has held it up for seconds, nor OOM or MISCONF:
 * somebody has to do something about these, and who waits here has a token in the cache perhaps.
 */
const PASSES = /^(?:LOADING|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY)\b/;

/** A cluster client that was refused again and again, or sent from node to node, ends with this. */
const GAVE_UP_ON_CLUSTER = /^Too many Cluster redirections\. Last error: ReplyError: ([\s\S]*)/;

/**
 * What ioredis rejected with, as the store's own error: code `redis_error` where Redis answered with an error,
 * `unreachable` where no answer came.
 */
export function redisFailure(rejection: unknown, { operation, trouble, sent }: FailedCall): TikTokError {
  const reason = refusalOf(rejection) === undefined ? (trouble ?? rejection) : rejection;
  const refusal = refusalOf(reason);
  const cause = withoutCommand(reason);
  if (refusal !== undefined) {
    const passes = isPassing(reason);
    return storeError(`Redis refused: ${cause.message}`, {
      code: 'redis_error',
      operation,
      cause,
      hint:
        refusal.startsWith('MOVED') && !passes
          ? 'This Redis is a cluster: pass client: new Cluster(...) of ioredis.'
          : undefined,
      retryable: passes || !REFUSED_FOR_GOOD.test(refusal),
      outcomeUnknown: FROM_WITHIN_A_SCRIPT.test(refusal) && !REFUSED_BEFORE_THE_FIRST_WRITE.test(refusal),
    });
  }
  return storeError(`Redis could not be reached: ${cause.message}`, {
    code: 'unreachable',
    operation,
    cause,
    outcomeUnknown: sent,
  });
}

/** The error of an answer that did not come in time. What was asked may have happened, or still happen. */
export function redisTimeout(timeoutMs: number, call: FailedCall): TikTokError {
  const { operation, trouble, sent } = call;
  if (trouble !== undefined) return redisFailure(trouble, call);
  return storeError(`Redis did not answer within ${timeoutMs} ms`, {
    code: 'timeout',
    operation,
    outcomeUnknown: sent,
  });
}

/** Whether Redis no longer, or not yet, has the script that was called by its SHA. */
export function isUnknownScript(rejection: unknown): boolean {
  return refusalOf(rejection)?.startsWith('NOSCRIPT') ?? false;
}

/** Whether the same call may be answered in a moment, and cannot have run yet. */
export function isPassing(rejection: unknown): boolean {
  const refusal = refusalOf(rejection);
  return refusal !== undefined && (PASSES.test(refusal) || wasSentAround(rejection));
}

/** What Redis said, where it answered with an error. */
function refusalOf(rejection: unknown): string | undefined {
  if (!(rejection instanceof Error)) return undefined;
  // Known by name: another installed copy has another class.
  if (rejection.name === 'ReplyError') return rejection.message;
  return GAVE_UP_ON_CLUSTER.exec(rejection.message)?.[1];
}

function wasSentAround(rejection: unknown): boolean {
  return rejection instanceof Error && GAVE_UP_ON_CLUSTER.test(rejection.message);
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
