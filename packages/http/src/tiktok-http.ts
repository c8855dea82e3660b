import { createCorrelationId, errorFromUnreadableAnswer, networkError, validationError } from '@tt/errors';
import { currentCorrelationId, type Logger, withCorrelationId } from '@tt/logger';
import { createPolicy, ifRepeatable, ifUnsent, type Policy, type RetryRule } from '@tt/resilience';
import { parseBaseUrl } from './base-url.js';
import { type AnswerShape, decodeAnswer, type TikTokAnswer } from './decode-answer.js';
import { createFetchTransport, type Fetch } from './fetch-transport.js';
import { createNodeTransport } from './node-transport.js';
import { AnswerTooLarge, type Transport, TransportFailure, type TransportResponse } from './transport.js';

/** How requests are sent. */
export interface TikTokHttpOptions {
  /** Default: `https://open.tiktokapis.com`. http is accepted on loopback only. */
  readonly baseUrl?: string | undefined;
  /**
   * Timeout, retry and breaker around every request, from `@tt/resilience`. Default: each request is sent once and may
   * take 8 seconds.
   */
  readonly policy?: Policy | undefined;
  /** Hears of retries. Default: none. */
  readonly logger?: Logger | undefined;
  /** A `fetch` to send with instead of `node:https`. */
  readonly fetch?: Fetch | undefined;
  /** A longer answer is refused, in bytes. Default: 1,048,576. */
  readonly maxResponseBytes?: number | undefined;
  /** The clock, in epoch milliseconds; reads a `Retry-After` date. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** One request to TikTok. */
export interface TikTokRequest {
  /** What is being done, for logs and errors: `token.refresh`, `user.info`. Bounded in number, so never an id. */
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  /** Names between slashes, the last slash included, as TikTok's paths are: `/v2/user/info/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Sent as `application/x-www-form-urlencoded`, the one form the OAuth endpoints take. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly accessToken?: string | undefined;
  /** How the answer is built. */
  readonly shape: AnswerShape;
  /**
   * Whether a failed send may be repeated. Default: `ifRepeatable` for GET, `ifUnsent` for POST, whose effect may be
   * single-use (D7).
   */
  readonly retryIf?: RetryRule | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TikTokHttp {
  /**
   * Sends a request and decodes the answer.
   *
   * @throws TikTokError for everything that goes wrong; the signal's reason when that aborts.
   */
  send(request: TikTokRequest): Promise<TikTokAnswer>;
  /** Closes the connections. */
  close(): void;
}

const MAX_RESPONSE_BYTES = 1_048_576;
const DEFAULT_TIMEOUT_MS = 8_000;

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
  const baseUrl = parseBaseUrl('createTikTokHttp: baseUrl', options.baseUrl ?? 'https://open.tiktokapis.com');
  const transport = options.fetch === undefined ? createNodeTransport() : createFetchTransport(options.fetch);
  const maxResponseBytes = options.maxResponseBytes ?? MAX_RESPONSE_BYTES;
  if (!Number.isSafeInteger(maxResponseBytes) || maxResponseBytes < 1) {
    throw new TypeError(
      `createTikTokHttp: maxResponseBytes is ${String(maxResponseBytes)}; expected a whole number of bytes`,
    );
  }
  const { policy = createPolicy({ timeoutMs: DEFAULT_TIMEOUT_MS }), logger, now = Date.now } = options;

  async function send(request: TikTokRequest, correlationId: string): Promise<TikTokAnswer> {
    const { operation } = request;
    const prepared = prepare(baseUrl, request, correlationId);
    const attempt = async (signal: AbortSignal | undefined): Promise<TikTokAnswer> => {
      const context = { operation, correlationId };
      const response = await deliver(transport, { ...prepared, signal, maxResponseBytes }, context);
      return decodeAnswer(request.shape, response, { ...context, now: now(), secrets: secretsOf(request) });
    };
    return policy.execute(({ signal }) => attempt(signal), {
      signal: request.signal,
      retryIf: request.retryIf ?? (request.method === 'GET' ? ifRepeatable : ifUnsent),
      context: { operation, correlationId },
      onRetry: ({ error, attempt: failed, delayMs }) =>
        logger?.warn('TikTok request failed, trying again', {
          correlationId,
          operation,
          attempt: failed,
          delayMs: Math.round(delayMs),
          type: error.type,
          code: error.code,
          logId: error.logId,
        }),
    });
  }

  return {
    send(request) {
      // One id joins every attempt, and whatever is logged meanwhile.
      const correlationId = currentCorrelationId() ?? createCorrelationId();
      return withCorrelationId(correlationId, () => send(request, correlationId));
    },
    close: () => transport.close(),
  };
}

/** What was sent and must not come back in an error: TikTok may quote a request in its answer (D11). */
function secretsOf({ form = {}, accessToken }: TikTokRequest): readonly string[] {
  const { client_secret, code, code_verifier, refresh_token, token } = form;
  return [client_secret, code, code_verifier, refresh_token, token, accessToken].filter(
    (value): value is string => value !== undefined && value !== '',
  );
}

interface Prepared {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

function prepare(baseUrl: URL, request: TikTokRequest, correlationId: string): Prepared {
  const { operation, method, path, query, form, json, accessToken } = request;
  // Nothing else: a path like `//host/` or `/../` would take the credentials elsewhere.
  if (!/^(\/[A-Za-z0-9_-]+)+\/$/.test(path)) {
    const message = `path is ${JSON.stringify(path)}; expected names between slashes, such as /v2/user/info/`;
    throw validationError(message, { operation, correlationId });
  }
  // A header with a line break or a control character in it would be refused by Node with the value in its message.
  if (accessToken !== undefined && !/^[\x21-\x7e]+$/.test(accessToken)) {
    throw validationError('The access token is empty or has spaces or unprintable characters in it', {
      code: 'malformed_access_token',
      operation,
      correlationId,
    });
  }
  const url = new URL(baseUrl.pathname.replace(/\/$/, '') + path, baseUrl);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'tt-http' };
  if (accessToken !== undefined) headers.authorization = `Bearer ${accessToken}`;
  if (form !== undefined) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    return { method, url, headers, body: new URLSearchParams(form).toString() };
  }
  if (json !== undefined) {
    headers['content-type'] = 'application/json; charset=UTF-8';
    return { method, url, headers, body: JSON.stringify(json) };
  }
  return { method, url, headers };
}

async function deliver(
  transport: Transport,
  request: Parameters<Transport['send']>[0],
  context: { readonly operation: string; readonly correlationId: string },
): Promise<TransportResponse> {
  try {
    return await transport.send(request);
  } catch (error) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    if (error instanceof AnswerTooLarge) {
      throw errorFromUnreadableAnswer(error.message, { ...context, statusCode: error.statusCode });
    }
    if (error instanceof TransportFailure) {
      throw networkError(error.cause, { ...context, statusCode: error.statusCode, sent: error.sent });
    }
    throw networkError(error, context);
  }
}
