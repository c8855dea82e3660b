import { expect, test } from 'vitest';
import { launch } from './launch.js';
import type { Watchdog } from './watchdog.js';

function recordingWatchdog(): Watchdog & { watched: (number | undefined)[] } {
  const watched: (number | undefined)[] = [];
  return { watched, watch: (pid) => void watched.push(pid), end: () => undefined };
}

test('a server is watched from its start to its end and no longer', async () => {
  const watchdog = recordingWatchdog();
  const server = await launch({ program: 'sleep', args: ['60'], watchdog, serves: async () => true });
  expect(watchdog.watched).toEqual([server.pid]);
  expect(server.isRunning()).toBe(true);
  await server.end('SIGKILL');
  expect(watchdog.watched).toEqual([server.pid, undefined]);
  expect(server.isRunning()).toBe(false);
  await server.end('SIGTERM');
});

test('one that ends before it serves is not waited for, and its last words are told', async () => {
  const args = ['-c', 'echo out; echo err >&2; exit 1'];
  const starting = launch({ program: 'sh', args, watchdog: recordingWatchdog(), serves: async () => false });
  await expect(starting).rejects.toThrow(/^redis-server did not start: (out\nerr|err\nout)$/);
}, 5_000);

test('a program that is not there is named', async () => {
  const options = { args: [], watchdog: recordingWatchdog(), serves: async () => true };
  await expect(launch({ program: '/nowhere/redis-server', ...options })).rejects.toThrow('/nowhere/redis-server');
});
