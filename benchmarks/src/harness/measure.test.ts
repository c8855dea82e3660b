import { describe, expect, test } from 'vitest';
import { measureSubject } from './measure.js';
import type { Pace } from './pace.js';
import type { Method, Subject } from './subject.js';

const pace: Pace = { rounds: 1, measureMs: 60, warmUpMs: 5, warmUpRequests: 10 };
const methods: readonly Method[] = [
  { kind: 'calls' },
  { kind: 'requests', inFlight: 3, compared: 'time' },
  { kind: 'burst', compared: 'total' },
];

/** Gives 1, which is right. */
function counting(changes: Partial<Subject> = {}) {
  const seen = { calls: 0, checks: 0, closed: 0 };
  const subject: Subject = {
    call: async () => {
      seen.calls += 1;
      return 1;
    },
    check: (result) => {
      seen.checks += 1;
      if (result !== 1) throw new Error(`${result} is not 1`);
    },
    close: () => {
      seen.closed += 1;
    },
    ...changes,
  };
  return { subject, seen };
}

describe.each(methods)('$kind', (method) => {
  test('measures, checks a result of what it measured, and closes', async () => {
    const { subject, seen } = counting();
    const measurement = await measureSubject(subject, method, pace);
    for (const value of Object.values(measurement)) expect(value).toBeGreaterThan(0);
    expect(Object.keys(measurement).length).toBeGreaterThan(0);
    expect(seen.checks).toBeGreaterThanOrEqual(1);
    expect(seen.closed).toBe(1);
  });

  test('rejects where the result is wrong, and closes all the same', async () => {
    const { subject, seen } = counting({ call: async () => 2 });
    await expect(measureSubject(subject, method, pace)).rejects.toThrow('2 is not 1');
    expect(seen.closed).toBe(1);
  });

  test('rejects where what it gives is wrong only later', async () => {
    let calls = 0;
    const { subject } = counting({
      call: async () => {
        calls += 1;
        return method.kind !== 'burst' && calls < 5 ? 1 : 2;
      },
    });
    await expect(measureSubject(subject, method, pace)).rejects.toThrow('2 is not 1');
  });

  test('rejects where it fails only later', async () => {
    let calls = 0;
    const { subject } = counting({
      call: async () => {
        calls += 1;
        if (method.kind !== 'burst' && calls < 5) return 1;
        throw new Error('broken');
      },
    });
    await expect(measureSubject(subject, method, pace)).rejects.toThrow('broken');
  });

  test('runs within what the subject puts around it', async () => {
    const order: string[] = [];
    const { subject } = counting({
      within: async (measure) => {
        order.push('before');
        await measure();
        order.push('after');
      },
      call: async () => {
        if (order.at(-1) === 'before') order.push('call');
        return 1;
      },
    });
    await measureSubject(subject, method, pace);
    expect(order).toEqual(['before', 'call', 'after']);
  });

  test('adds what the subject counted itself', async () => {
    const { subject } = counting({ counts: async () => ({ commands: 12 }) });
    expect((await measureSubject(subject, method, pace)).commands).toBe(12);
  });
});

test('requests keeps as many in flight as it is told', async () => {
  let running = 0;
  let most = 0;
  const { subject } = counting({
    call: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return 1;
    },
  });
  await measureSubject(subject, { kind: 'requests', inFlight: 7, compared: 'cpu' }, pace);
  expect(most).toBe(7);
});

test('requests tells how long a caller waits apart from the share of the time that falls to it', async () => {
  const { subject } = counting({
    call: () => new Promise((resolve) => setTimeout(resolve, 10, 1)),
  });
  const method: Method = { kind: 'requests', inFlight: 10, compared: 'average' };
  const { time = 0, average = 0 } = await measureSubject(subject, method, pace);
  expect(average / time).toBeGreaterThan(5);
});

test('a burst calls once', async () => {
  const { subject, seen } = counting();
  await measureSubject(subject, { kind: 'burst', compared: 'total' }, pace);
  expect(seen.calls).toBe(1);
});
