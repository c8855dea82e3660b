import { describe, optionError, readBoolean, readInstant, readInteger, readToken } from '../check.js';
import { MAX_TIME_MS } from '../clock.js';
import { EMULATOR_OPERATIONS, type EmulatorOperation, isEmulatorOperation } from '../operation.js';
import { readScopes } from '../scopes.js';
import { type Command, faultOf, optional } from './command.js';
import { USER_COMMANDS } from './user-commands.js';

/** The control as other processes have it, by name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'describe',
    {
      takes: [],
      run(_body, { target }) {
        const { url, clients, users, clock, replays } = target;
        return { url, clients, users, replays, now: new Date(clock.now()) };
      },
    },
  ],
  [
    'consent',
    {
      takes: ['authorizationUrl', 'user', 'scopes', 'cancel'],
      async run({ authorizationUrl, user, scopes, cancel }, { target }) {
        const callbackUrl = await target.consent(readUrl(authorizationUrl, 'authorizationUrl'), {
          user: optional(user, 'user', readToken),
          scopes: optional(scopes, 'scopes', readScopes),
          cancel: optional(cancel, 'cancel', readBoolean),
        });
        return { callbackUrl };
      },
    },
  ],
  [
    'requests',
    {
      takes: ['operation', 'grantType', 'status', 'user'],
      run: ({ operation, grantType, status, user }, { target }) => ({
        requests: target.requests({
          operation: optional(operation, 'operation', readOperation),
          grantType: optional(grantType, 'grantType', readToken),
          status: optional(status, 'status', (value, option) => readInteger(value, option, { min: 0, max: 599 })),
          user: optional(user, 'user', readToken),
        }),
      }),
    },
  ],
  [
    'count',
    {
      takes: ['operation', 'grantType'],
      run: ({ operation, grantType }, { target }) => ({
        count: target.count(
          optional(operation, 'operation', readOperation),
          optional(grantType, 'grantType', readToken),
        ),
      }),
    },
  ],
  [
    'is-live',
    { takes: ['token'], run: ({ token }, { target }) => ({ live: target.isLive(readToken(token, 'token')) }) },
  ],
  [
    'fail',
    {
      takes: ['matcher', 'fault', 'times', 'probability'],
      run({ matcher, fault, ...options }, { target, faults }) {
        const id = `fault-${faults.size + 1}`;
        faults.set(id, target.fail(matcher, fault, options));
        return { id };
      },
    },
  ],
  ['fault', { takes: ['id'], run: ({ id }, { faults }) => ({ hits: faultOf(id, faults).hits }) }],
  ['remove-fault', { takes: ['id'], run: ({ id }, { faults }) => faultOf(id, faults).remove() }],
  ['add-user', { takes: undefined, run: (user, { target }) => ({ user: target.addUser(user) }) }],
  ...USER_COMMANDS,
  [
    'clock',
    {
      takes: ['advanceMs', 'set'],
      run({ advanceMs, set }, { target }) {
        if (set !== undefined) target.clock.set(readInstant(set, 'set'));
        if (advanceMs !== undefined) target.clock.advance(readInteger(advanceMs, 'advanceMs', { min: -MAX_TIME_MS }));
        return { now: new Date(target.clock.now()) };
      },
    },
  ],
  [
    'reset',
    {
      takes: [],
      run(_body, { target, faults }) {
        faults.clear();
        target.reset();
      },
    },
  ],
]);

function readOperation(value: unknown, option: string): EmulatorOperation {
  if (isEmulatorOperation(value)) return value;
  throw optionError(option, { got: describe(value), takes: `one of ${EMULATOR_OPERATIONS.join(', ')}` });
}

function readUrl(value: unknown, option: string): string {
  if (typeof value === 'string' && URL.canParse(value)) return value;
  throw optionError(option, { got: describe(value), takes: 'an absolute URL' });
}
