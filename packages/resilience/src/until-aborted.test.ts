import { expect, it } from 'vitest';
import { untilAborted } from './until-aborted.js';

const never = new Promise<never>(() => undefined);

it('gives the result or the error where nobody aborts', async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(Promise.resolve(1), undefined)).resolves.toBe(1);
  await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1);
  await expect(untilAborted(Promise.reject(new Error('x')), signal)).rejects.toThrow('x');
});

it('ends the wait with the signal’s own reason', async () => {
  const controller = new AbortController();
  const wait = untilAborted(never, controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(wait).rejects.toBe(reason);
  await expect(untilAborted(never, controller.signal)).rejects.toBe(reason);
});
