// @ts-check
import { runBuilt } from '../src/run-built.js';

await runBuilt({ name: '@tt/e2e-race', path: 'e2e/race' });
