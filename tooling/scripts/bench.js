// @ts-check
import { runBuilt } from '../src/run-built.js';

await runBuilt({ name: '@tt/benchmarks', path: 'benchmarks' });
