import type { EmulatorOperation } from './operation.js';

/** One request the emulator answered. Secrets in it are masked. */
export interface EmulatorRequest {
  readonly operation: EmulatorOperation;
  readonly method: string;
  /** Without the query, which is in `params`. */
  readonly path: string;
  /** HTTP status of the answer; 0 when a fault let none get through. */
  readonly status: number;
  /** The error code the answer carried, like `invalid_grant`; on the authorize page, the parameter refused. */
  readonly error: string | undefined;
  /** `grant_type`, of token requests. */
  readonly grantType: string | undefined;
  /** Username of whoever the code or token of the request belongs to. */
  readonly user: string | undefined;
  /** The fault that struck, like `internal_error` or `reset after effect`. */
  readonly fault: string | undefined;
  /** Query, form and JSON fields. Codes, tokens, verifiers and secrets read `[masked]`. */
  readonly params: Readonly<Record<string, string>>;
  /** By the emulator's clock. */
  readonly at: Date;
  /** The `x-tt-logid` of the answer. */
  readonly logId: string;
}

/** Which requests to list: those that agree with every property given. */
export interface EmulatorRequestFilter {
  operation?: EmulatorOperation | undefined;
  grantType?: string | undefined;
  status?: number | undefined;
  /** Username. */
  user?: string | undefined;
}

export interface RequestLog {
  add(request: EmulatorRequest): void;
  /** Oldest first. */
  list(filter?: EmulatorRequestFilter): readonly EmulatorRequest[];
  /** Every request since the start, those too that the list has let go. */
  count(operation?: EmulatorOperation, grantType?: string): number;
}

/**
 * @param size - How many requests to keep.
 * @param onRequest - Hears of each. What it throws is not the client's fault, so it surfaces as an uncaught exception.
 */
export function createRequestLog(size: number, onRequest?: (request: EmulatorRequest) => void): RequestLog {
  const kept: EmulatorRequest[] = [];
  const counts = new Map<string, number>();
  const raise = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

  return {
    add(request) {
      raise(countKey());
      raise(countKey(request.operation));
      if (request.grantType !== undefined && GRANT_TYPES.has(request.grantType)) {
        raise(countKey(request.operation, request.grantType));
      }
      kept.push(request);
      // Twice the size before anything moves, so that letting go costs next to nothing per request.
      if (kept.length > size * 2) kept.splice(0, kept.length - size);
      try {
        onRequest?.(request);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    },
    list(filter = {}) {
      const { operation, grantType, status, user } = filter;
      return kept
        .slice(Math.max(0, kept.length - size))
        .filter(
          (request) =>
            (operation === undefined || request.operation === operation) &&
            (grantType === undefined || request.grantType === grantType) &&
            (status === undefined || request.status === status) &&
            (user === undefined || request.user === user),
        );
    },
    count: (operation, grantType) => counts.get(countKey(operation, grantType)) ?? 0,
  };
}

/** Counted one by one; a client that sends ever new words must not fill the memory. */
const GRANT_TYPES = new Set(['authorization_code', 'refresh_token', 'client_credentials']);

function countKey(operation = '', grantType = ''): string {
  return `${operation} ${grantType}`;
}
