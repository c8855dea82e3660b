import { expect, test } from 'vitest';
import { runContender } from './run-contender.js';

const pace = { rounds: 1, measureMs: 20, warmUpMs: 5, warmUpRequests: 10 };
const job = { work: 'policy', caseName: 'retry, breaker and timeout around nothing', services: {}, pace };

test('a contender is measured in a process of its own', async () => {
  const { time = 0 } = await runContender({ ...job, contender: 'await' });
  expect(time).toBeGreaterThan(0);
});

test('one that fails makes the run fail, and says who it was and why', async () => {
  await expect(runContender({ ...job, contender: 'nobody' })).rejects.toThrow(
    /^policy, retry, breaker and timeout around nothing: nobody failed: .*has no/,
  );
});

test('one that cannot reach what it needs fails, too', async () => {
  const exchange = { work: 'code-exchange', caseName: 'one after another', contender: 'fetch', pace };
  await expect(runContender({ ...exchange, services: { origin: 'http://127.0.0.1:1' } })).rejects.toThrow(
    'fetch failed',
  );
});
