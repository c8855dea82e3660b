/**
 * What a policy costs around a call that does nothing, beside opossum alone: its parts one by one, and a refusal. Run it
 * with `npm run bench`, after a build. It prints the best of many rounds, since other programs run beside it.
 */
import { channel } from 'node:diagnostics_channel';
import { circuitOpenError } from '@tt/errors';
import { createCircuitBreaker, createPolicy, createRateLimiter, createRetry } from '@tt/resilience';
import Opossum from 'opossum';

const nothing = async () => 1;
const readsSignal = async ({ signal }) => signal.aborted;
const { signal } = new AbortController();
const swallow = () => undefined;

const opossum = new Opossum(nothing, { timeout: 8_000 });
const openOpossum = new Opossum(nothing, { timeout: 8_000 });
openOpossum.open();

const breaker = createCircuitBreaker();
const openBreaker = createCircuitBreaker({ failureThreshold: 1 });
await openBreaker.execute(() => Promise.reject(new Error('down'))).catch(swallow);

const retry = createRetry();
const rateLimiter = createRateLimiter({ default: { limit: 10_000_000, windowMs: 60_000 } });
const bare = createPolicy();
const stack = createPolicy({ timeoutMs: 8_000, retry, breaker });
const whole = createPolicy({ deadlineMs: 30_000, timeoutMs: 8_000, retry, breaker });
const openStack = createPolicy({ timeoutMs: 8_000, retry, breaker: openBreaker });
const transitions = channel('tt:breaker');

const cases = {
  'nothing, awaited': nothing,
  'opossum, its timeout on': () => opossum.fire(),
  breaker: () => breaker.execute(nothing),
  retry: () => retry.execute(nothing),
  'policy without parts': () => bare.execute(nothing),
  'retry, breaker, timeout': () => stack.execute(nothing),
  'the same and a deadline': () => whole.execute(nothing),
  '  and the call reads its signal': () => whole.execute(readsSignal),
  '  and the caller has one': () => whole.execute(nothing, { signal }),
  'rate limiter, place free': () => rateLimiter.acquire(),
  'refused: opossum': () => openOpossum.fire().catch(swallow),
  'refused: breaker': () => openBreaker.execute(nothing).catch(swallow),
  'refused: retry, breaker, timeout': () => openStack.execute(nothing).catch(swallow),
  '  of which the error itself': () => void circuitOpenError(60_000),
  'nothing, and a channel without ears': async () => transitions.hasSubscribers,
};
const CALLS = 1_000;
const ROUNDS = 100;
const best = new Map(Object.keys(cases).map((name) => [name, Number.POSITIVE_INFINITY]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(cases)) {
    const began = process.hrtime.bigint();
    for (let call = 0; call < CALLS; call++) await run();
    best.set(name, Math.min(best.get(name), Number(process.hrtime.bigint() - began) / CALLS));
  }
}

process.stdout.write(`Node ${process.versions.node}, nanoseconds a call, its await included\n`);
for (const [name, ns] of best) process.stdout.write(`${name.padEnd(34)} ${ns.toFixed(0).padStart(7)}\n`);
breaker.close();
openBreaker.close();
rateLimiter.close();
opossum.shutdown();
openOpossum.shutdown();
