import { startRedis } from '@tt/tooling/redis';
import { describe, expect, it, vi } from 'vitest';
import { createRedisTokenStore } from './create-redis-token-store.js';
import { RunningCalls } from './running-calls.js';

const key = { clientKey: 'aw1', userId: 'user-1' };
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A call that writes down when its time was over. */
function timedCall(limitMs: number) {
  const endsAt = performance.now() + limitMs;
  const call = {
    endsAt,
    ranOutAt: Number.NaN,
    runOut: () => {
      call.ranOutAt = performance.now();
    },
  };
  return call;
}

describe('the time limit of calls that share a timer', () => {
  it('is that of each, and never shorter', async () => {
    const running = new RunningCalls(60);
    const calls: ReturnType<typeof timedCall>[] = [];
    for (let n = 0; n < 10; n += 1) {
      const call = timedCall(60);
      calls.push(call);
      running.add(call);
      await after(7);
    }
    await running.settled();
    for (const { endsAt, ranOutAt } of calls) expect(ranOutAt).toBeGreaterThanOrEqual(endsAt);
  });

  it('is no concern of those that were answered', async () => {
    const running = new RunningCalls(30);
    const [answered, silent] = [timedCall(30), timedCall(30)];
    running.add(answered);
    running.add(silent);
    running.delete(answered);
    await running.settled();
    expect(answered.ranOutAt).toBeNaN();
    expect(silent.ranOutAt).toBeGreaterThanOrEqual(silent.endsAt);
  });

  it('holds for a call that finds the timer of earlier ones running', async () => {
    const running = new RunningCalls(50);
    const early = timedCall(50);
    running.add(early);
    running.delete(early);
    await after(30);
    const late = timedCall(50);
    running.add(late);
    await running.settled();
    expect(late.ranOutAt).toBeGreaterThanOrEqual(late.endsAt);
    // And for one that comes when that timer is over.
    const again = new RunningCalls(20);
    const first = timedCall(20);
    again.add(first);
    again.delete(first);
    await after(60);
    const second = timedCall(20);
    again.add(second);
    await again.settled();
    expect(second.ranOutAt).toBeGreaterThanOrEqual(second.endsAt);
  });

  it('is over at once where there is nothing to wait for', async () => {
    await new RunningCalls(60_000).settled();
    const running = new RunningCalls(60_000);
    const call = timedCall(60_000);
    running.add(call);
    const settled = running.settled();
    running.delete(call);
    await settled;
  });
});

it('their timer keeps the process while there is a call, and not when there is none', () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const running = new RunningCalls(60_000);
  for (let n = 0; n < 3; n += 1) {
    const [call, other] = [timedCall(60_000), timedCall(60_000)];
    running.add(call);
    running.add(other);
    expect(timers()).toBe(before + 1);
    running.delete(call);
    expect(timers()).toBe(before + 1);
    running.delete(other);
    expect(timers()).toBe(before);
  }
});

it('their timer ends with them', async () => {
  vi.useFakeTimers();
  try {
    const running = new RunningCalls(60_000);
    const call = timedCall(60_000);
    running.add(call);
    running.delete(call);
    expect(vi.getTimerCount()).toBe(1);
    await running.settled();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('a Redis that says nothing is given up by each of many calls in its own time', async () => {
  await using server = await startRedis();
  const store = createRedisTokenStore({ url: server.url, plaintext: true, timeoutMs: 300 });
  await store.get(key);
  process.kill(server.pid, 'SIGSTOP');
  const ask = async (call: () => Promise<unknown>) => {
    const began = performance.now();
    await expect(call()).rejects.toMatchObject({ code: 'timeout', outcomeUnknown: true });
    return performance.now() - began;
  };
  const first = Array.from({ length: 50 }, () => ask(() => store.get(key)));
  await after(150);
  const second = ask(() => store.delete(key));
  for (const took of await Promise.all([...first, second])) expect(took).toBeGreaterThanOrEqual(299);
  process.kill(server.pid, 'SIGCONT');
  await store.close();
}, 240_000);
