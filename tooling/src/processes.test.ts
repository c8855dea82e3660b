import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { isAlive } from './is-alive.js';
import { run } from './processes.js';

/** A shell that starts a process of its own, says its id, and waits: what npx and turbo do. */
const parentOfAnother = 'sleep 60 & echo "started $!"; wait';

describe('run', () => {
  test('gives the exit code and all output', async () => {
    expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      code: 3,
      output: 'out\nerr\n',
      timedOut: false,
    });
  });

  test('rejects when there is no such program', async () => {
    await expect(run('no-such-program', [])).rejects.toThrow('could not start no-such-program');
  });

  test('kills what takes too long, and what that started', async () => {
    const { output, timedOut, code } = await run('sh', ['-c', parentOfAnother], { timeoutMs: 300 });
    expect(timedOut).toBe(true);
    expect(code).toBe(128 + 9);
    const pid = Number(/started (\d+)/.exec(output)?.[1]);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
  });
});

describe('a script that ends on signals', () => {
  const script = `
    import { endOnSignal, run } from ${JSON.stringify(new URL('./processes.js', import.meta.url).href)};
    endOnSignal();
    await run('sh', ['-c', ${JSON.stringify(parentOfAnother)}], { output: 'show' });
    console.log('went on');
  `;

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('leaves nothing behind after %s, and goes no further', async (signal, exitCode) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await vi.waitFor(() => expect(output).toContain('started'), { timeout: 5_000 });
    const pid = Number(/started (\d+)/.exec(output)?.[1]);
    expect(isAlive(pid)).toBe(true);

    child.kill(signal);
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([exitCode, null]);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
    expect(output).not.toContain('went on');
  });
});
