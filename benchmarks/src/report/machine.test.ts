import { hostname, userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { describeMachine } from './machine.js';

test("says what the numbers were measured on, and nobody's name", async () => {
  const machine = await describeMachine();
  expect(machine).toMatch(/\d+ cores, \d+ GiB; \S+ \S+; Node \d+\.\d+\.\d+; Redis \d+\.\d+/);
  expect(machine).not.toContain(hostname());
  expect(machine.split(/\W+/)).not.toContain(userInfo().username);
  expect(machine).not.toContain(process.cwd());
});
