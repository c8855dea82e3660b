import { expect, test, vi } from 'vitest';
import { startEmulator } from './test-support.js';

test('a client that hangs up ends the wait for it, and with it the timer', async () => {
  const emulator = await startEmulator();
  emulator.fail('favicon', { kind: 'slow_headers', delayMs: 60_000 });
  const started = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  const controller = new AbortController();
  const answer = fetch(`${emulator.url}/favicon.ico`, { signal: controller.signal });
  const timer = await vi.waitUntil(() => {
    const call = started.mock.calls.findIndex(([, delay]) => delay === 60_000);
    return started.mock.results[call]?.value;
  });
  controller.abort();
  await expect(answer).rejects.toThrow();
  await vi.waitFor(() => expect(cleared).toHaveBeenCalledWith(timer));
});
