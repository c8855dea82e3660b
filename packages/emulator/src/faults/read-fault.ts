import {
  describe,
  isRecord,
  optionError,
  readChoice,
  readInstant,
  readInteger,
  readRecord,
  readText,
} from '../check.js';
import { apiErrorCodes, isApiErrorCode, isOAuthErrorCode, oauthErrorCodes } from '../documented-errors.js';
import type { EmulatorErrorCode, Fault, FaultPoint } from './fault.js';

/** The longest that a timer of Node can wait. */
const MAX_DELAY_MS = 2 ** 31 - 1;

const KINDS = [
  ...['error', 'status', 'rate_limit', 'html', 'truncated_json', 'wrong_content_type'],
  ...['slow_headers', 'slow_body', 'hang', 'reset'],
];

/** Reads a fault: a word, or an object of its details. */
export function readFault(value: unknown): Fault {
  if (typeof value === 'string') return readWord(value);
  if (!isRecord(value)) throw unknownFault(value);
  const { kind } = value;
  const option = `fault "${String(kind)}"`;
  const details = (...names: string[]) => readRecord(value, option, ['kind', ...names]);
  const after = (item: unknown): FaultPoint => readChoice(item, `${option}.after`, ['request', 'effect']);
  const delay = (item: unknown) => readInteger(item, `${option}.delayMs`, { min: 0, max: MAX_DELAY_MS });
  const failure = (item: unknown) => readInteger(item, `${option}.status`, { min: 400, max: 599 });
  const status = (item: unknown) => (item === 200 ? 200 : failure(item));

  switch (kind) {
    case 'error': {
      const record = details('code', 'description', 'status', 'retryAfter', 'after');
      return {
        kind,
        code: readErrorCode(record.code, `${option}.code`),
        description:
          record.description === undefined ? undefined : readText(record.description, `${option}.description`),
        status: record.status === undefined ? undefined : status(record.status),
        retryAfter: readRetryAfter(record.retryAfter, `${option}.retryAfter`),
        after: after(record.after),
      };
    }
    case 'status': {
      const record = details('status', 'retryAfter', 'after');
      const retryAfter = readRetryAfter(record.retryAfter, `${option}.retryAfter`);
      return { kind, status: failure(record.status), retryAfter, after: after(record.after) };
    }
    case 'rate_limit': {
      const record = details('retryAfter', 'after');
      const retryAfter = readRetryAfter(record.retryAfter, `${option}.retryAfter`);
      return { kind, retryAfter, after: after(record.after) };
    }
    case 'html': {
      const record = details('status', 'after');
      return { kind, status: status(record.status ?? 502), after: after(record.after) };
    }
    case 'truncated_json':
      details();
      return { kind };
    case 'wrong_content_type':
      return { kind, contentType: readContentType(details('contentType').contentType, `${option}.contentType`) };
    case 'slow_headers':
    case 'slow_body':
      return { kind, delayMs: delay(details('delayMs').delayMs) };
    case 'hang':
      return { kind, after: after(details('after').after) };
    case 'reset':
      return {
        kind,
        after: readChoice(details('after').after, `${option}.after`, ['request', 'effect', 'half_answer']),
      };
    default:
      throw unknownFault(kind);
  }
}

function readWord(word: string): Fault {
  if (isApiErrorCode(word) || isOAuthErrorCode(word)) return readFault({ kind: 'error', code: word });
  if (!KINDS.includes(word)) throw unknownFault(word);
  return readFault({ kind: word });
}

function unknownFault(value: unknown): TypeError {
  const takes = `an error code of TikTok's, or one of ${KINDS.join(', ')}, as a word or as { kind, ... }`;
  return optionError('fault', { got: describe(value), takes });
}

function readErrorCode(value: unknown, option: string): EmulatorErrorCode {
  if (typeof value === 'string' && (isApiErrorCode(value) || isOAuthErrorCode(value))) return value;
  const codes = [...oauthErrorCodes(), ...apiErrorCodes()];
  throw optionError(option, { got: describe(value), takes: `one of ${codes.join(', ')}` });
}

/** As it will stand in the header: whole seconds, or a date in the form of RFC 9110. */
function readRetryAfter(value: unknown, option: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return String(readInteger(value, option, { min: 0 }));
  return readInstant(value, option).toUTCString();
}

function readContentType(value: unknown, option: string): string {
  if (value === undefined) return 'text/html; charset=utf-8';
  if (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value)) return value;
  throw optionError(option, { got: describe(value), takes: 'a content type' });
}
