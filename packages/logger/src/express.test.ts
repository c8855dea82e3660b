import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TikTokError, validationError } from '@tt/errors';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { expect, it } from 'vitest';
import { currentCorrelationId, withCorrelationId } from './correlation.js';
import { createLogger } from './create-logger.js';

// The wiring that docs/correlation.md shows, under what a server meets: many at once, bodies, bad ids.

const correlate: RequestHandler = (request, response, next) => {
  withCorrelationId(request.get('x-correlation-id'), () => {
    response.set('x-correlation-id', currentCorrelationId());
    next();
  });
};

it('keeps fifty requests at once apart, through body parser, awaits, timers and error handler', async () => {
  const lines: string[] = [];
  const logger = createLogger({ output: 'json', level: 'DEBUG', destination: { write: (line) => lines.push(line) } });
  const answerErrors: ErrorRequestHandler = (error, _request, response, _next) => {
    logger.error('Request failed', error);
    response.status(400).json({ correlationId: TikTokError.isInstance(error) ? error.correlationId : 'none' });
  };
  const app = express();
  app.use(correlate, express.json());
  app.post('/', async (request, _response) => {
    logger.info('begun', { number: request.body.number });
    await sleep(Math.random() * 20);
    logger.child({ step: 2 }).info('between', { number: request.body.number });
    await new Promise<void>((resolve) => setImmediate(() => process.nextTick(resolve)));
    throw validationError(`number ${request.body.number}`);
  });
  app.use(answerErrors);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_item, number) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-correlation-id': number === 49 ? 'not allowed' : `request-${number}`,
        },
        body: JSON.stringify({ number, padding: 'x'.repeat(number * 1_000) }),
      });
      return { number, header: response.headers.get('x-correlation-id'), body: await response.json() };
    }),
  );
  server.close();

  for (const { number, header, body } of answers) {
    if (number === 49) expect(header).toMatch(/^tt-\d+-/);
    else expect(header).toBe(`request-${number}`);
    expect(body).toEqual({ correlationId: header });
    const own = lines.map((line) => JSON.parse(line)).filter(({ correlationId }) => correlationId === header);
    expect(own).toMatchObject([
      { msg: 'begun', number },
      { msg: 'between', number, step: 2 },
      { msg: 'Request failed', error: { message: `number ${number}`, correlationId: header } },
    ]);
  }
});
