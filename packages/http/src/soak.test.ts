import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEmulator, type Emulator, type EmulatorFault } from '@tt/emulator';
import { createCircuitBreaker, createPolicy, createRetry } from '@tt/resilience';
import { afterEach, describe, expect, it } from 'vitest';
import { HTTP_CHANNEL, type TikTokHttpEvent } from './http-events.js';
import { CONTENDERS } from './testing/contenders.js';
import { createTikTokHttp, type TikTokHttp } from './tiktok-http.js';
import type { Dispatcher } from './undici-dispatcher.js';

/** `npm run test:long` soaks longer, and over several seeds. */
const LONG = process.env.TT_LONG === '1';
const PHASES = LONG ? 120 : 12;
const SEEDS = LONG ? [1, 2, 3] : [1];

const PHASE_MS = 150;
const WORKERS = 20;

/** What can be wrong with TikTok: it is slow, refuses, is dead, or so slow that it is as good as dead. */
const MOODS: readonly EmulatorFault[] = [
  { kind: 'slow_headers', delayMs: 20 },
  { kind: 'slow_body', delayMs: 20 },
  'internal_error',
  { kind: 'reset' },
  { kind: 'reset', after: 'half_answer' },
  'hang',
  'html',
];

const read = { operation: 'user.info', method: 'GET', path: '/v2/user/info/', shape: 'api' } as const;

let emulator: Emulator | undefined;
afterEach(() => emulator?.close());

/** What the events say has happened. */
function countEvents(): { readonly counts: Map<string, number>; readonly of: (key: string) => number; stop(): void } {
  const counts = new Map<string, number>();
  const raise = (key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const listen = (message: unknown): void => {
    const event = message as TikTokHttpEvent;
    raise(event.event);
    if (event.event === 'attempt_end' && event.statusCode === undefined) raise('attempt without an answer');
  };
  subscribe(HTTP_CHANNEL, listen);
  return { counts, of: (key) => counts.get(key) ?? 0, stop: () => unsubscribe(HTTP_CHANNEL, listen) };
}

/** Bytes in use, once what is garbage is gone. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().heapUsed;
}

function resources(kind: string): number {
  return process.getActiveResourcesInfo().filter((each) => each === kind).length;
}

/** A count, once what was under way has arrived. */
async function settled(count: () => number): Promise<number> {
  for (let last = -1; ; await delay(100)) {
    if (count() === last) return last;
    last = count();
  }
}

/** The same numbers for the same seed, from 0 up to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

async function accessTokenOf(tiktok: Emulator, http: TikTokHttp): Promise<string> {
  const [{ clientKey, clientSecret }] = tiktok.clients;
  const redirectUri = 'https://app.example.com/auth/tiktok/callback';
  const authorize = new URL('/v2/auth/authorize/', tiktok.url);
  authorize.search = new URLSearchParams({
    client_key: clientKey,
    response_type: 'code',
    scope: 'user.info.basic',
    redirect_uri: redirectUri,
    state: 'of-a-length-that-nobody-guesses-0123456789',
  }).toString();
  const code = new URL(await tiktok.consent(authorize)).searchParams.get('code') ?? '';
  const credentials = { client_key: clientKey, client_secret: clientSecret, redirect_uri: redirectUri };
  const { data } = await http.send({
    operation: 'token.exchange',
    method: 'POST',
    path: '/v2/oauth/token/',
    shape: 'oauth',
    form: { ...credentials, grant_type: 'authorization_code', code },
  });
  return String(data.access_token);
}

describe.each(CONTENDERS)('on $name, with TikTok well, slow and dead by turns', ({ create }) => {
  it.each(SEEDS)(
    'at full speed nothing leaks, and the events add up to what TikTok saw (seed %i)',
    async (seed) => {
      const tiktok = await createEmulator({ seed, rateLimits: 'off', requestLogSize: 10 });
      emulator = tiktok;
      const sockets = resources('TCPSocketWrap');
      const timers = resources('Timeout');
      const random = seeded(seed);
      const warnings: string[] = [];
      const warned = (warning: Error): unknown => warnings.push(warning.message);
      process.on('warning', warned);

      const breaker = createCircuitBreaker({ failureThreshold: 40, resetTimeout: 40 });
      const retry = createRetry({ baseDelayMs: 2, maxDelayMs: 10, random });
      const policy = createPolicy({ deadlineMs: 5_000, timeoutMs: 120, retry, breaker });
      const { options, close } = create({ connections: WORKERS });
      const http = createTikTokHttp({ baseUrl: tiktok.url, policy, ...options });
      const accessToken = await accessTokenOf(tiktok, http);

      const events = countEvents();
      const callers = Array.from({ length: WORKERS }, () => new AbortController());
      let running = true;
      const work = async ({ signal }: AbortController): Promise<void> => {
        const request = { ...read, query: { fields: 'open_id' }, accessToken, signal };
        while (running) {
          const failed = await http.send(request).then(
            () => false,
            () => true,
          );
          // An open breaker answers within microseconds; nothing else would get its turn.
          if (failed) await delay(1);
        }
      };
      const workers = callers.map(work);

      let mostSockets = 0;
      let heapEarly = 0;
      for (let phase = 0; phase < PHASES; phase++) {
        // Every other time it is well.
        const mood = phase % 2 === 0 ? undefined : MOODS[Math.floor(random() * MOODS.length)];
        const fault = mood === undefined ? undefined : tiktok.fail('user_info', mood);
        await delay(PHASE_MS);
        mostSockets = Math.max(mostSockets, resources('TCPSocketWrap') - sockets);
        fault?.remove();
        if (phase === Math.floor(PHASES / 4)) heapEarly = heapUsed();
      }
      running = false;
      await Promise.all(workers);
      const heapLate = heapUsed();

      // Each way to send has two ends here, and those that broke take a moment to go.
      expect(mostSockets).toBeLessThan(4 * WORKERS + 20);
      expect(heapLate - heapEarly).toBeLessThan(8_000_000);
      expect(callers.flatMap(({ signal }) => getEventListeners(signal, 'abort'))).toHaveLength(0);
      expect(warnings).toEqual([]);

      // Sent and not answered may have been sent too late to arrive; all else was seen, once for each attempt.
      const seen = await settled(() => tiktok.count('user_info'));
      expect(events.of('request_start')).toBe(events.of('request_end'));
      expect(events.of('attempt_start')).toBe(events.of('attempt_end'));
      expect(events.of('retry')).toBeGreaterThan(0);
      expect(seen).toBeLessThanOrEqual(events.of('attempt_end'));
      expect(seen).toBeGreaterThanOrEqual(events.of('attempt_end') - events.of('attempt without an answer'));

      // Well again, and nothing cut short: every request is one attempt, and every attempt is seen.
      events.counts.clear();
      const patient = createTikTokHttp({ baseUrl: tiktok.url, ...options });
      for (let i = 0; i < 100; i++) await patient.send({ ...read, query: { fields: 'open_id' }, accessToken });
      patient.close();
      expect(events.of('request_end')).toBe(100);
      expect(events.of('attempt_end')).toBe(100);
      expect(tiktok.count('user_info') - seen).toBe(100);

      events.stop();
      http.close();
      breaker.close();
      await close();
      process.off('warning', warned);
      await expect.poll(() => resources('Timeout')).toBeLessThanOrEqual(timers + 2);
      await tiktok.close();
      await expect.poll(() => resources('TCPSocketWrap'), { timeout: 10_000 }).toBeLessThanOrEqual(sockets);
    },
    120_000,
  );
});

it('a request leaves nothing behind', async () => {
  const body = Buffer.from('{"access_token":"a"}');
  // Answers at once, so that there are enough requests to see a few bytes of each.
  const dispatcher: Dispatcher = {
    dispatch(_options, handler) {
      handler.onConnect(() => undefined);
      handler.onHeaders(200, []);
      handler.onData(body);
      handler.onComplete();
      return true;
    },
  };
  const http = createTikTokHttp({ dispatcher });
  const request = { operation: 'token.client', method: 'POST', path: '/v2/oauth/token/', shape: 'oauth' } as const;
  const many = async (): Promise<number> => {
    for (let i = 0; i < 20_000; i++) await http.send(request);
    return heapUsed();
  };
  await many();
  const before = await many();
  expect((await many()) - before).toBeLessThan(500_000);
  http.close();
});
