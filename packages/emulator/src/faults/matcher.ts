import { describe, optionError, readArray, readRecord, readToken } from '../check.js';
import { EMULATOR_OPERATIONS, type EmulatorOperation, isEmulatorOperation } from '../operation.js';

/**
 * Which requests a fault strikes: an operation, those that agree with every property given, or `'*'`: all but those for
 * pictures (`avatar`, `cover`, `favicon`).
 */
export type EmulatorFaultMatcher =
  | '*'
  | EmulatorOperation
  | {
      operation?: EmulatorOperation | readonly EmulatorOperation[] | undefined;
      /** Of token requests. */
      grantType?: string | undefined;
      clientKey?: string | undefined;
      /** Username of the person whose code or token the request carries. */
      user?: string | undefined;
    };

/** What a request is about, as far as it can be known before it runs. */
export interface RequestFacts {
  readonly operation: EmulatorOperation;
  readonly grantType: string | undefined;
  readonly clientKey: string | undefined;
  readonly user: string | undefined;
}

export interface Matcher {
  /** The operations named; `undefined` for any. */
  readonly operations: readonly EmulatorOperation[] | undefined;
  matches(request: RequestFacts): boolean;
}

const PICTURES: readonly EmulatorOperation[] = ['avatar', 'cover', 'favicon'];

export function readMatcher(value: unknown): Matcher {
  if (typeof value === 'string') return readMatcher(value === '*' ? {} : { operation: value });
  const record = readRecord(value, 'matcher', ['operation', 'grantType', 'clientKey', 'user']);
  const operations = record.operation === undefined ? undefined : readOperations(record.operation);
  const grantType = optional(record.grantType, 'matcher.grantType');
  const clientKey = optional(record.clientKey, 'matcher.clientKey');
  const user = optional(record.user, 'matcher.user');
  return {
    operations,
    matches: (request) =>
      (operations === undefined ? !PICTURES.includes(request.operation) : operations.includes(request.operation)) &&
      (grantType === undefined || request.grantType === grantType) &&
      (clientKey === undefined || request.clientKey === clientKey) &&
      (user === undefined || request.user === user),
  };
}

function readOperations(value: unknown): EmulatorOperation[] {
  const items = typeof value === 'string' ? [value] : readArray(value, 'matcher.operation', 'an operation or several');
  return items.map((item) => {
    if (isEmulatorOperation(item)) return item;
    const takes = `'*', or of ${EMULATOR_OPERATIONS.join(', ')}`;
    throw optionError('matcher.operation', { got: describe(item), takes });
  });
}

function optional(value: unknown, option: string): string | undefined {
  return value === undefined ? undefined : readToken(value, option);
}
