import { expect, test } from 'vitest';
import { checkNode } from './setup.js';

test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('Node %s will do', (version) => {
  expect(() => checkNode(version)).not.toThrow();
});

test.each(['20.18.3', '18.20.8'])('Node %s is told what is needed, in one line', (version) => {
  expect(() => checkNode(version)).toThrow(new RegExp(`^Node 20\\.19 or later is needed; this is ${version}\\..*$`));
});
