import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isAlive } from '../is-alive.js';

let folder: string;
let watched: ChildProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tt-watchdog-test-'));
  await writeFile(join(folder, 'file'), '');
  watched = spawn('sleep', ['60'], { stdio: 'ignore' });
});

afterEach(async () => {
  watched.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Runs `code` with a `watchdog` in a process of its own, and ends that: by SIGKILL, or by a Ctrl-C that all of it hears. */
async function runAndKill(code: string, end: 'SIGKILL' | 'Ctrl-C' = 'SIGKILL'): Promise<void> {
  const script = `
    import { startWatchdog } from ${JSON.stringify(new URL('./watchdog.js', import.meta.url).href)};
    const watchdog = startWatchdog(${JSON.stringify(folder)});
    ${code}
    process.stdout.write('done');
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    // A name that the watchdog's script uses must not reach it from outside.
    env: { ...process.env, pid: String(watched.pid) },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await once(parent.stdout, 'data');
  if (end === 'SIGKILL') {
    parent.kill(end);
  } else {
    process.kill(-(parent.pid ?? 0), 'SIGINT');
  }
  await once(parent, 'close');
}

test.each(['SIGKILL', 'Ctrl-C'] as const)('kills what it watches and removes the folder after %s', async (end) => {
  await runAndKill(`watchdog.watch(${watched.pid});`, end);
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 5_000 });
  expect(isAlive(watched.pid ?? 0)).toBe(false);
});

test('leaves alone what it was told to watch no more: the id may belong to another process by now', async () => {
  await runAndKill(`watchdog.watch(${watched.pid}); watchdog.watch(undefined);`);
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 5_000 });
  expect(isAlive(watched.pid ?? 0)).toBe(true);
});

test('kills nothing before it was told what', async () => {
  await runAndKill('');
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 5_000 });
  expect(isAlive(watched.pid ?? 0)).toBe(true);
});

test('does nothing once it was ended', async () => {
  await runAndKill(
    `watchdog.watch(${watched.pid}); watchdog.end(); await new Promise((done) => setTimeout(done, 200));`,
  );
  expect(existsSync(folder)).toBe(true);
  expect(isAlive(watched.pid ?? 0)).toBe(true);
});
