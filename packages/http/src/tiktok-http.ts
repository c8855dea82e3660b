import {
  createCorrelationId,
  errorFromUnreadableAnswer,
  networkError,
  type TikTokError,
  validationError,
} from '@tt/errors';
import { currentCorrelationId } from '@tt/logger';
import { type AttemptContext, createPolicy, ifRepeatable, ifUnsent } from '@tt/resilience';
import { buildRequest } from './build-request.js';
import { conformingAnswer } from './conforming-answer.js';
import { decodeAnswer, type TikTokAnswer } from './decode-answer.js';
import { createTracer, type RequestTrace } from './http-events.js';
import { readHttpOptions, type TikTokHttpOptions } from './http-options.js';
import { secretsOf } from './quoted-secrets.js';
import type { StandardSchema } from './standard-schema.js';
import type { TikTokRequest } from './tiktok-request.js';
import { AnswerTooLarge, type Sending, TransportFailure, type TransportResponse } from './transport.js';

export interface TikTokHttp extends Disposable {
  /**
   * Sends a request and decodes the answer.
   *
   * @param request.schema What `data` must look like; an answer that does not is an error that names the field. Default:
   *   any object.
   * @throws TikTokError for everything that goes wrong; the signal's reason when that aborts; what `beforeSend` threw.
   */
  send<T>(request: TikTokRequest & { readonly schema: StandardSchema<T> }): Promise<TikTokAnswer<T>>;
  send(request: TikTokRequest): Promise<TikTokAnswer>;
  /** Ends its connections and the requests that are running. A closed client refuses every request. */
  close(): void;
}

const DEFAULT_TIMEOUT_MS = 8_000;

interface Call {
  readonly operation: string;
  readonly correlationId: string;
}

/** What belongs to one call while it runs. */
interface Begun {
  readonly call: Call;
  readonly trace: RequestTrace | undefined;
  /** What was sent for it. */
  readonly sendings: Sending[];
}

type AnyRequest = TikTokRequest & { readonly schema?: StandardSchema };
type AnyAnswer = TikTokAnswer<unknown>;

/**
 * A client for TikTok's endpoints: builds the request, sends it under a policy, and gives the answer or a typed error.
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 *
 * @example
 * ```ts
 * import { createTikTokHttp } from '@tt/http';
 *
 * const http = createTikTokHttp({ baseUrl: process.env.TIKTOK_API_BASE_URL });
 * http.close();
 * ```
 */
export function createTikTokHttp(options: TikTokHttpOptions = {}): TikTokHttp {
  const { transport, basePath, maxResponseBytes, correlationIdHeader } = readHttpOptions(options);
  const { policy = createPolicy({ timeoutMs: DEFAULT_TIMEOUT_MS }), logger, now = Date.now } = options;
  const startTrace = createTracer();
  /** What is under way, call by call. */
  const running = new Set<Sending[]>();
  let closed = false;

  /** Throws at once what can be said at once: whoever calls it awaits it. */
  function sendUnderPolicy(request: AnyRequest, { call, trace, sendings }: Begun): Promise<AnyAnswer> {
    if (closed) throw closedError(call);
    const { correlationId } = call;
    const built = buildRequest(request, { basePath, maxResponseBytes, correlationIdHeader, correlationId });
    const { beforeSend, retryIf = request.method === 'GET' ? ifRepeatable : ifUnsent } = request;
    const attempt = (): Promise<AnyAnswer> => {
      if (closed) return Promise.reject(closedError(call));
      const sending = transport.send(built);
      sendings.push(sending);
      return answerTo(sending.response, { request, call, now });
    };
    /** The policy has given the attempt up. It may still be running: nobody waits for it, so it ends. */
    const attemptFailed = (failed: number, error: TikTokError): void => {
      cancelAll(sendings);
      trace?.attemptEnded(failed, { error, aborted: false });
    };
    return policy.execute(trace === undefined ? attempt : traced(attempt, { trace, request }), {
      signal: request.signal,
      retryIf: (error, sends) => !closed && retryIf(error, sends),
      context: call,
      rateLimitName: request.path,
      rateLimitKey: request.rateLimitKey,
      beforeAttempt: beforeSend && (({ signal }) => beforeSend(signal)),
      onRetry({ error, attempt: failed, delayMs }) {
        attemptFailed(failed, error);
        trace?.publish({ event: 'retry', attempt: failed, errorType: error.type, delayMs });
        logger?.warn('TikTok request failed, trying again', {
          ...call,
          attempt: failed,
          delayMs: Math.round(delayMs),
          type: error.type,
          code: error.code,
          logId: error.logId,
        });
      },
      onGiveUp({ error, attempt: failed, reason }) {
        attemptFailed(failed, error);
        trace?.publish({ event: 'give_up', attempt: failed, errorType: error.type, reason });
      },
      onWait: ({ attempt: waiting, waitedMs }) => trace?.publish({ event: 'limiter_wait', attempt: waiting, waitedMs }),
    });
  }

  function send<T>(request: TikTokRequest & { readonly schema: StandardSchema<T> }): Promise<TikTokAnswer<T>>;
  function send(request: TikTokRequest): Promise<TikTokAnswer>;
  async function send(request: AnyRequest): Promise<AnyAnswer> {
    // One id joins every attempt and whatever is said of it. It is passed on by hand: a context costs every promise.
    const call = { operation: request.operation, correlationId: currentCorrelationId() ?? createCorrelationId() };
    const trace = startTrace(call.operation, call.correlationId);
    const sendings: Sending[] = [];
    running.add(sendings);
    try {
      const answer = await sendUnderPolicy(request, { call, trace, sendings });
      trace?.requestEnded(answer);
      return answer;
    } catch (error) {
      trace?.requestEnded({ error, aborted: request.signal?.aborted === true });
      throw error;
    } finally {
      running.delete(sendings);
      cancelAll(sendings);
    }
  }

  const close = (): void => {
    closed = true;
    running.forEach(cancelAll);
    transport.close();
  };

  return { send, close, [Symbol.dispose]: close };
}

function closedError(call: Call): TikTokError {
  return validationError('This client was closed', { ...call, code: 'closed' });
}

/** Does nothing to those that have ended. */
function cancelAll(sendings: Sending[]): void {
  for (const sending of sendings.splice(0)) sending.cancel();
}

interface Attempted {
  readonly request: AnyRequest;
  readonly call: Call;
  readonly now: () => number;
}

/** What the answer to one attempt says, or why there is none. */
async function answerTo(responding: Promise<TransportResponse>, { request, call, now }: Attempted): Promise<AnyAnswer> {
  let response: TransportResponse;
  try {
    response = await responding;
  } catch (error) {
    throw errorOf(error, call);
  }
  const { operation, correlationId } = call;
  const secrets = (): readonly string[] => secretsOf(request);
  const answer = decodeAnswer(request.shape, response, { operation, correlationId, now, secrets });
  if (request.schema === undefined) return answer;
  const checked = request.schema['~standard'].validate(answer.data);
  return conformingAnswer(answer, checked instanceof Promise ? await checked : checked, call);
}

function errorOf(error: unknown, call: Call): TikTokError {
  if (error instanceof AnswerTooLarge) {
    return errorFromUnreadableAnswer(error.message, { ...call, statusCode: error.statusCode });
  }
  if (!(error instanceof TransportFailure)) return networkError(error, call);
  const { cause, sent, statusCode } = error;
  return networkError(cause, { ...call, statusCode, ...(sent === undefined ? {} : { sent }) });
}

type Attempt = (context: AttemptContext) => Promise<AnyAnswer>;

function traced(
  run: Attempt,
  { trace, request }: { readonly trace: RequestTrace; readonly request: AnyRequest },
): Attempt {
  return async (context) => {
    const { attempt } = context;
    trace.attemptStarted(attempt);
    try {
      const answer = await run(context);
      trace.attemptEnded(attempt, answer);
      return answer;
    } catch (error) {
      trace.attemptEnded(attempt, { error, aborted: request.signal?.aborted === true });
      throw error;
    }
  };
}
