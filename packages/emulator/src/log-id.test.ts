import { expect, test } from 'vitest';
import { createLogId } from './log-id.js';
import { createRandom } from './random.js';

test('a log id is a UTC second and 20 hex digits', () => {
  const random = createRandom(undefined, 'log id');
  expect(createLogId(Date.UTC(2023, 7, 14, 18, 14, 6, 789), random)).toMatch(/^20230814181406[0-9A-F]{20}$/);
});

test.each([8.64e15, -8.64e15, 0])('%d ms is no trouble', (now) => {
  expect(createLogId(now, createRandom(undefined, 'log id'))).toMatch(/^\d{14}[0-9A-F]{20}$/);
});
