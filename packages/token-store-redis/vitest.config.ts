import { availableParallelism } from 'node:os';
import { testConfig } from '@tt/tooling/vitest';

export default testConfig({
  // Most of these tests wait for Redis; vitest's own default would leave a core idle.
  maxWorkers: availableParallelism(),
  // A machine that is busy with other suites is no failure.
  testTimeout: 20_000,
  expect: { poll: { timeout: 10_000 } },
});
