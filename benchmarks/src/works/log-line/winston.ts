import { AsyncLocalStorage } from 'node:async_hooks';
import { Writable } from 'node:stream';
import winston from 'winston';
import type { Subject } from '../../harness/subject.js';
import { correlationId, createSink, detail, fieldsWithSecret, message, plainFields } from './line.js';

const SECRETS = new Set(['access_token', 'refresh_token', 'client_secret', 'code']);
const requests = new AsyncLocalStorage<string>();

/** winston has no redaction; its documentation has such things as a format of one's own. */
const redact = winston.format((info) => {
  for (const [name, value] of Object.entries(info)) {
    if (SECRETS.has(name)) info[name] = '[redacted]';
    else if (typeof value === 'object' && value !== null) info[name] = withoutSecrets(value);
  }
  return info;
});

const correlate = winston.format((info) => {
  info.correlationId = requests.getStore();
  return info;
});

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

function lineOf(fields: () => object): Subject {
  const sink = createSink();
  const logger = loggerTo(sink);
  return { call: () => logger.info(message, fields()), check: sink.check, within };
}

function loggerTo(sink: { write(line: string): void }): winston.Logger {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      sink.write(`${chunk}`);
      done();
    },
  });
  const { combine, timestamp, json } = winston.format;
  return winston.createLogger({
    level: 'info',
    format: combine(correlate(), redact(), timestamp(), json()),
    transports: [new winston.transports.Stream({ stream })],
  });
}

function within(measure: () => Promise<void>): Promise<void> {
  return requests.run(correlationId, measure);
}

function withoutSecrets(value: object): object {
  const entries = Object.entries(value).map(([name, inner]) => [name, SECRETS.has(name) ? '[redacted]' : inner]);
  return Object.fromEntries(entries);
}

export const subjects = { secret, plain, suppressed };
