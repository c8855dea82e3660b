import { createLogger, type Logger, withCorrelationId } from '@tt/logger';
import type { Subject } from '../../harness/subject.js';
import { correlationId, createSink, detail, fieldsWithSecret, message, plainFields } from './line.js';

function secret(): Subject {
  return lineOf(fieldsWithSecret);
}

function plain(): Subject {
  return lineOf(plainFields);
}

function suppressed(): Subject {
  const sink = createSink();
  const logger = loggerTo(sink);
  const fields = plainFields();
  return { call: () => logger.debug(detail, fields), check: sink.checkSilent, within };
}

function lineOf(fields: () => Record<string, unknown>): Subject {
  const sink = createSink();
  const logger = loggerTo(sink);
  return { call: () => logger.info(message, fields()), check: sink.check, within };
}

function within(measure: () => Promise<void>): Promise<void> {
  return withCorrelationId(correlationId, measure);
}

function loggerTo(destination: { write(line: string): void }): Logger {
  return createLogger({ level: 'INFO', output: 'json', destination });
}

export const subjects = { secret, plain, suppressed };
