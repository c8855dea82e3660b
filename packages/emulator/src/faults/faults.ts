import { describe, optionError, readInteger, readRecord } from '../check.js';
import { apiErrorCodes, isApiErrorCode, isOAuthErrorCode, oauthErrorCodes } from '../documented-errors.js';
import type { EmulatorOperation, ErrorShape } from '../operation.js';
import { createRandom } from '../random.js';
import type { EmulatorErrorCode, Fault } from './fault.js';
import { type Matcher, type RequestFacts, readMatcher } from './matcher.js';
import { readFault } from './read-fault.js';

/** How often a fault strikes. */
export interface EmulatorFaultOptions {
  /** How many requests it strikes before it is over. Default: all, until it is removed. */
  times?: number | undefined;
  /** The chance, from 0 to 1, that it strikes a request that matches; under a seed the same in every run. Default 1. */
  probability?: number | undefined;
}

/** A fault in place. */
export interface EmulatorFaultHandle extends Disposable {
  /** How many requests it has struck. */
  readonly hits: number;
  /** Takes it away. May be called again. */
  remove(): void;
}

/** The faults in place, in the order they came. */
export interface Faults {
  /** Reads and places a fault. */
  add(fault: { matcher: unknown; fault: unknown; options: unknown }): EmulatorFaultHandle;
  /** The fault that strikes this request, if any: the first one that matches, is not over, and whose dice fall so. */
  strike(request: RequestFacts): Fault | undefined;
}

export function createFaults(context: {
  seed: string | undefined;
  /** In which shape an operation says no. */
  shapeOf(operation: EmulatorOperation): ErrorShape;
}): Faults {
  const { seed, shapeOf } = context;
  const strikes = new Set<(request: RequestFacts) => Fault | undefined>();
  let count = 0;

  return {
    add({ matcher, fault, options }) {
      const requests = readMatcher(matcher);
      const details = readFault(fault);
      const { times, probability } = readFaultOptions(options);
      if (details.kind === 'error') refuseMisplaced(details.code, { matcher: requests, shapeOf });
      count += 1;
      // Dice of its own: a fault that is added later does not change when this one strikes.
      const random = createRandom(seed, `fault ${count}`);
      let hits = 0;
      const strike = (request: RequestFacts): Fault | undefined => {
        if (!requests.matches(request)) return undefined;
        if (details.kind === 'error' && !canGive(shapeOf(request.operation), details.code)) return undefined;
        if (probability < 1 && random.fraction() >= probability) return undefined;
        hits += 1;
        if (hits >= times) strikes.delete(strike);
        return details;
      };
      const remove = (): void => {
        strikes.delete(strike);
      };
      strikes.add(strike);
      return {
        get hits() {
          return hits;
        },
        remove,
        [Symbol.dispose]: remove,
      };
    },
    strike(request) {
      for (const strike of strikes) {
        const fault = strike(request);
        if (fault !== undefined) return fault;
      }
      return undefined;
    },
  };
}

function readFaultOptions(value: unknown): { times: number; probability: number } {
  const record = readRecord(value, 'options', ['times', 'probability']);
  const { probability = 1 } = record;
  if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1)) {
    throw optionError('options.probability', { got: describe(probability), takes: 'a number from 0 to 1' });
  }
  const times =
    record.times === undefined ? Number.POSITIVE_INFINITY : readInteger(record.times, 'options.times', { min: 1 });
  return { times, probability };
}

/** Pages are TikTok's OAuth too. */
function canGive(shape: ErrorShape, code: EmulatorErrorCode): boolean {
  return shape === 'envelope' ? isApiErrorCode(code) : isOAuthErrorCode(code);
}

/** A fault that can never strike would leave a test green that tests nothing. */
function refuseMisplaced(
  code: EmulatorErrorCode,
  context: { matcher: Matcher; shapeOf(operation: EmulatorOperation): ErrorShape },
): void {
  const { operations } = context.matcher;
  if (operations === undefined || operations.some((operation) => canGive(context.shapeOf(operation), code))) return;
  const codes = isApiErrorCode(code) ? oauthErrorCodes() : apiErrorCodes();
  const got = `${describe(code)}, which ${operations.join(', ')} can't give`;
  throw optionError('fault', { got, takes: `one of ${codes.join(', ')} there, or another kind of fault` });
}
