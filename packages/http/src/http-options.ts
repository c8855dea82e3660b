import type { Logger } from '@tt/logger';
import type { Policy } from '@tt/resilience';
import { parseBaseUrl } from './base-url.js';
import { createDispatcherTransport } from './dispatcher-transport.js';
import { createFetchTransport, type Fetch } from './fetch-transport.js';
import { createNodeTransport } from './node-transport.js';
import type { Transport } from './transport.js';
import type { Dispatcher } from './undici-dispatcher.js';

/** How requests are sent. */
export interface TikTokHttpOptions {
  /** Default: `https://open.tiktokapis.com`. http is accepted on loopback only. */
  readonly baseUrl?: string | undefined;
  /**
   * Deadline, timeout, retry, breaker and rate limit around every request, from `@tt/resilience`. Default: each request
   * is sent once and may take 8 seconds.
   */
  readonly policy?: Policy | undefined;
  /** Hears of retries. Default: none. */
  readonly logger?: Logger | undefined;
  /** A `fetch` to send with instead of `node:https`. */
  readonly fetch?: Fetch | undefined;
  /** An undici `Dispatcher` (6 or later) to send with instead of `node:https`. It stays open when the client is closed. */
  readonly dispatcher?: Dispatcher | undefined;
  /**
   * How long a connection may take to be made, in milliseconds; longer is a failure of which it is certain that nothing
   * was sent. Holds for `node:https`; a dispatcher and a fetch have limits of their own. Default: 4,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** A longer answer is refused, in bytes. Default: 1,048,576. */
  readonly maxResponseBytes?: number | undefined;
  /** A header that tells TikTok the correlation id, such as `x-correlation-id`. Default: it is not told. */
  readonly correlationIdHeader?: string | undefined;
  /** The clock, in epoch milliseconds; reads a `Retry-After` date where the answer has no `Date`. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

const MAX_RESPONSE_BYTES = 1_048_576;
const CONNECT_TIMEOUT_MS = 4_000;
/** A timer that is to wait longer fires at once instead. */
const LONGEST_MS = 2 ** 31 - 1;

/** Headers that a request has already, or that say how it is to be read. */
const TAKEN = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

/** The options that are set once, checked. */
export interface HttpSettings {
  readonly transport: Transport;
  /** What comes before every path. */
  readonly basePath: string;
  readonly maxResponseBytes: number;
  readonly correlationIdHeader: string | undefined;
}

/** @throws TypeError naming the option that is wrong, what it got and what it takes. */
export function readHttpOptions(options: TikTokHttpOptions): HttpSettings {
  const baseUrl = parseBaseUrl('createTikTokHttp: baseUrl', options.baseUrl ?? 'https://open.tiktokapis.com');
  const header = options.correlationIdHeader?.toLowerCase();
  if (header !== undefined && (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header) || TAKEN.has(header))) {
    throw wrong('correlationIdHeader', header, 'the name of a header that is not used otherwise');
  }
  return {
    transport: createTransport(options, baseUrl),
    basePath: baseUrl.pathname.replace(/\/$/, ''),
    maxResponseBytes: whole('maxResponseBytes', options.maxResponseBytes ?? MAX_RESPONSE_BYTES, 'of bytes'),
    correlationIdHeader: header,
  };
}

function createTransport({ fetch, dispatcher, connectTimeoutMs }: TikTokHttpOptions, baseUrl: URL): Transport {
  const limitMs = whole('connectTimeoutMs', connectTimeoutMs ?? CONNECT_TIMEOUT_MS, 'of milliseconds');
  if (limitMs > LONGEST_MS) throw wrong('connectTimeoutMs', limitMs, `at most ${LONGEST_MS} milliseconds`);
  if (fetch !== undefined && dispatcher !== undefined) {
    throw new TypeError('createTikTokHttp: fetch and dispatcher are both there; expected one of them');
  }
  if (fetch !== undefined) {
    if (typeof fetch !== 'function') throw wrong('fetch', typeof fetch, 'a function');
    return createFetchTransport(fetch, { baseUrl });
  }
  if (dispatcher !== undefined) {
    if (typeof dispatcher?.dispatch !== 'function')
      throw wrong('dispatcher', typeof dispatcher, 'an undici Dispatcher');
    return createDispatcherTransport(dispatcher, { baseUrl });
  }
  return createNodeTransport({ baseUrl, connectTimeoutMs: limitMs });
}

function whole(option: string, value: number, unit: string): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw wrong(option, value, `a whole number ${unit}, at least 1`);
}

function wrong(option: string, got: unknown, expected: string): TypeError {
  return new TypeError(`createTikTokHttp: ${option} is ${String(got)}; expected ${expected}`);
}
