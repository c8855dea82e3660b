import { testConfig } from './src/vitest.js';

export default testConfig({ testTimeout: 20_000 });
