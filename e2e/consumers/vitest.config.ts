import { testConfig } from '@tt/tooling/vitest';

export default testConfig({
  globalSetup: ['src/global-setup.ts'],
  // npm talks to the network here.
  testTimeout: 120_000,
  hookTimeout: 180_000,
});
