/**
 * What a log line costs beside one of plain pino: the same fields, to a destination that throws them away. Run it with
 * `npm run bench`, after a build. It prints the best of many rounds, since other programs run beside it.
 */
import { createLogger } from '@tt/logger';
import { pino } from 'pino';

const nowhere = { write() {} };
const plain = pino({ name: 'TikTok', base: {} }, nowhere);
const ours = createLogger({ output: 'json', level: 'INFO', destination: nowhere });

const id = 'tt-1736159823400-9f2c1ab07d44';
const context = { correlationId: id, userId: 'user-1', operation: 'user.info', duration: 12, attempt: 1 };
const nested = { ...context, request: { method: 'GET', path: '/v2/user/info/', fields: ['open_id', 'display_name'] } };
const secret = { ...context, body: 'client_key=awkey&client_secret=hunter2&grant_type=refresh_token' };
const failure = new Error('connect ECONNREFUSED 127.0.0.1:443');

const cases = {
  'five fields': [() => plain.info(context, 'Operation done'), () => ours.info('Operation done', context)],
  'nested fields': [() => plain.info(nested, 'Operation done'), () => ours.info('Operation done', nested)],
  'a secret in a field': [() => plain.info(secret, 'Operation done'), () => ours.info('Operation done', secret)],
  'an error': [
    () => plain.error({ ...context, err: failure }, 'Operation failed'),
    () => ours.error('Operation failed', failure, context),
  ],
  'a suppressed line': [() => plain.debug(context, 'Detail'), () => ours.debug('Detail', context)],
};

const CALLS = 2_000;
const ROUNDS = 100;

/** Nanoseconds for one call, in the best round. */
function measure(functions) {
  const best = functions.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, run] of functions.entries()) {
      const began = process.hrtime.bigint();
      for (let call = 0; call < CALLS; call++) run();
      best[index] = Math.min(best[index], Number(process.hrtime.bigint() - began) / CALLS);
    }
  }
  return best;
}

process.stdout.write(`Node ${process.versions.node}, nanoseconds a line\n`);
for (const [name, functions] of Object.entries(cases)) {
  const [plainNs, oursNs] = measure(functions);
  const ratio = (oursNs / plainNs).toFixed(1);
  process.stdout.write(
    `${name.padEnd(20)} pino ${plainNs.toFixed(0).padStart(6)}   @tt/logger ${oursNs.toFixed(0).padStart(6)}   ${ratio} times\n`,
  );
}
