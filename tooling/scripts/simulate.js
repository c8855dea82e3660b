// @ts-check
import { runBuilt } from '../src/run-built.js';

await runBuilt({ name: '@tt/e2e-simulation', path: 'e2e/simulation' });
