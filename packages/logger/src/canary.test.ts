import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { errorFromOAuthFailure, networkError, TikTokError } from '@tt/errors';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import winston from 'winston';
import { currentCorrelationId, withCorrelationId } from './correlation.js';
import { createLogger } from './create-logger.js';
import { fromConsole } from './from-console.js';
import { fromPino } from './from-pino.js';
import { fromWinston } from './from-winston.js';
import type { LogContext, Logger } from './logger.js';

const CANARY = 'c4n4ryS3cr3t9';

/** The shapes in which a secret comes. */
const secrets = {
  'an access token': `act.${CANARY}!4521.e1`,
  'a bearer header': `Authorization: Bearer ${CANARY}`,
  'a form': `client_key=aw&client_secret=${CANARY}&grant_type=refresh_token`,
  'a callback': `https://app.example/cb?code=${CANARY}&state=s`,
  'an encoded callback': `to=https%3A%2F%2Fapp%2Fcb%3Fcode%3D${CANARY}%26state%3Ds`,
  'an authorization code': `${CANARY}abc*0!6410.va`,
  'JSON in JSON': JSON.stringify({ body: JSON.stringify({ refresh_token: CANARY }) }),
};

/** All ways out of this package, with what came out of them. */
function outputs(): Record<string, { logger: Logger; printed: () => string }> {
  const collect = () => {
    let text = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    return { stream, printed: () => text };
  };
  const [json, pretty, pinos, winstons, consoles] = [collect(), collect(), collect(), collect(), collect()];
  const level = 'DEBUG';
  return {
    json: { ...json, logger: createLogger({ output: 'json', level, destination: json.stream }) },
    pretty: { ...pretty, logger: createLogger({ output: 'pretty', level, destination: pretty.stream }) },
    pino: { ...pinos, logger: fromPino(pino({ level: 'trace' }, pinos.stream)) },
    winston: {
      ...winstons,
      logger: fromWinston(
        winston.createLogger({
          level: 'silly',
          transports: [new winston.transports.Stream({ stream: winstons.stream })],
        }),
      ),
    },
    console: { ...consoles, logger: fromConsole(new Console(consoles.stream, consoles.stream), { level }) },
  };
}

/** Every place where a secret can enter. */
const doors: Record<string, (logger: Logger, secret: string) => void> = {
  'a message': (logger, secret) => {
    logger.debug(secret);
    logger.info(`before ${secret} after`);
    logger.warn(secret);
    logger.error(secret);
  },
  'a context': (logger, secret) => {
    for (const method of [logger.debug, logger.info, logger.warn]) method('m', hostileContext(secret));
    logger.error('m', undefined, hostileContext(secret));
  },
  'a child': (logger, secret) =>
    logger
      .child(hostileContext(secret))
      .child({ deep: hostileContext(secret) })
      .info('m'),
  'a correlation id': (logger, secret) => {
    logger.info('m', { correlationId: secret });
    logger.child({ correlationId: secret }).info('m');
    withCorrelationId(secret, () => logger.info(`m ${currentCorrelationId()}`));
  },
  'an error': (logger, secret) => logger.error('m', foreignError(secret), { error: foreignError(secret) }),
  'an error of ours': (logger, secret) => {
    logger.error('m', new TikTokError(secret, { type: 'API_ERROR', hint: secret, cause: foreignError(secret) }));
    logger.error('m', networkError(foreignError(secret), { operation: secret }));
    logger.error('m', errorFromOAuthFailure({ code: secret, description: secret }, { logId: secret, cause: secret }));
  },
  'anything thrown': (logger, secret) => {
    for (const thrown of [secret, { secret }, [secret], new Map([['token', CANARY]]), Symbol(secret), () => secret]) {
      logger.error('m', thrown);
    }
  },
  'the wrong place': (logger, secret) => {
    const loose = logger as unknown as Record<'info' | 'error', (...all: unknown[]) => void>;
    loose.info({ [secret]: secret }, secret);
    loose.info(foreignError(secret), foreignError(secret));
    loose.error('m', { access_token: CANARY }, secret);
  },
};

function hostileContext(secret: string): LogContext {
  return {
    text: secret,
    [secret]: 1,
    list: [secret, new Set([secret]), ['refresh_token', CANARY]],
    tokens: { access_token: CANARY, refreshToken: CANARY, expires_in: 1 },
    request: { method: 'POST', headers: new Headers({ authorization: CANARY }), socket: {}, body: Buffer.from(secret) },
    url: new URL(`https://app.example/cb?code=${CANARY}`),
    query: { code: CANARY, state: 's' },
    err: foreignError(secret),
    toString: secret,
    get getter() {
      return secret;
    },
    nested: { toJSON: () => ({ secret: CANARY, text: secret }) },
  };
}

function foreignError(secret: string): Error {
  const error = Object.assign(new AggregateError([new Error(secret)], secret, { cause: new TypeError(secret) }), {
    config: { headers: { authorization: CANARY }, data: secret },
    [secret]: secret,
  });
  error.stack = `${error.stack}\n    at ${secret}`;
  return error;
}

describe.each(Object.entries(secrets))('%s', (_name, secret) => {
  it.each(Object.entries(doors))('does not come out of any output after %s', (_door, enter) => {
    for (const [name, { logger, printed }] of Object.entries(outputs())) {
      enter(logger, secret);
      expect(printed(), name).not.toBe('');
      expect(printed(), name).not.toContain(CANARY);
    }
  });
});
