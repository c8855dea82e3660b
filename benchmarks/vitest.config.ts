import { testConfig } from '@tt/tooling/vitest';

export default testConfig({ testTimeout: 120_000 });
