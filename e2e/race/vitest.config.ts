import { testConfig } from '@tt/tooling/vitest';

export default testConfig({ testTimeout: 120_000, hookTimeout: 180_000 });
