import { AsyncLocalStorage } from 'node:async_hooks';
import { type Logger, pino } from 'pino';
import type { Subject } from '../../harness/subject.js';
import { correlationId, createSink, detail, fieldsWithSecret, message, plainFields } from './line.js';

// Where the secrets of these very lines are.
const EXACT = ['tokens.access_token', 'tokens.refresh_token'];
// Wherever they are in an object or in one of its own.
const ANYWHERE = ['access_token', 'refresh_token', 'client_secret', 'code'].flatMap((name) => [name, `*.${name}`]);
const requests = new AsyncLocalStorage<string>();

interface Destination {
  write(line: string): void;
}

/** As pino's documentation has it: `redact` for the secrets, `mixin` for what surrounds the call. */
function redacting(paths: string[]) {
  return (destination: Destination): Logger =>
    pino({ redact: paths, mixin: () => ({ correlationId: requests.getStore() }) }, destination);
}

/** Nothing but a line: no redaction, and the id is said by the caller. */
function bare(destination: Destination): Logger {
  return pino({}, destination);
}

export const exact = {
  secret: () => lineOf(redacting(EXACT), fieldsWithSecret),
  plain: () => lineOf(redacting(EXACT), plainFields),
  suppressed: () => suppressedBy(redacting(EXACT)),
};

export const anywhere = {
  secret: () => lineOf(redacting(ANYWHERE), fieldsWithSecret),
  plain: () => lineOf(redacting(ANYWHERE), plainFields),
  suppressed: () => suppressedBy(redacting(ANYWHERE)),
};

/** What nobody else does here is done by hand: the id is added, and the secret replaced. */
function correlated(): object {
  const { userId, operation, duration, attempt, cached } = plainFields();
  return { correlationId, userId, operation, duration, attempt, cached };
}

function replaced(): object {
  const { userId, operation, duration, attempt, cached, tokens } = fieldsWithSecret();
  const { expires_in } = tokens;
  const safe = { access_token: '[redacted]', expires_in };
  return { correlationId, userId, operation, duration, attempt, cached, tokens: safe };
}

export const byHand = {
  secret: () => lineOf(bare, replaced),
  plain: () => lineOf(bare, correlated),
  suppressed: () => suppressedBy(bare),
};

function lineOf(create: (destination: Destination) => Logger, fields: () => object): Subject {
  const sink = createSink();
  const logger = create(sink);
  return { call: () => logger.info(fields(), message), check: sink.check, within };
}

function suppressedBy(create: (destination: Destination) => Logger): Subject {
  const sink = createSink();
  const logger = create(sink);
  const fields = plainFields();
  return { call: () => logger.debug(fields, detail), check: sink.checkSilent, within };
}

function within(measure: () => Promise<void>): Promise<void> {
  return requests.run(correlationId, measure);
}
