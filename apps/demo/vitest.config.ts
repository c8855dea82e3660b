import { testConfig } from '@tt/tooling/vitest';

export default testConfig();
