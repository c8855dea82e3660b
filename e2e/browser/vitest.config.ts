import { testConfig } from '@tt/tooling/vitest';

export default testConfig({ testTimeout: 30_000, hookTimeout: 60_000 });
