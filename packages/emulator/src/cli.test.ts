import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectToEmulator, createEmulator } from './index.js';

let folder: string;

/** Built for the test, so that it is the source of now, as one file that plain Node can run. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tt-emulator-cli-'));
  await build({
    config: false,
    entry: { cli: fileURLToPath(new URL('cli.ts', import.meta.url)) },
    format: 'esm',
    target: 'node20',
    outExtension: () => ({ js: '.mjs' }),
    outDir: folder,
    silent: true,
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** The url, the bearer and the control's url, as the start line has them. */
  readonly url: string;
  readonly control: { url: string; token: string };
  /** Lines so far. */
  stdout(): string[];
  stderr(): string;
  /** Waits for so many lines. */
  lines(count: number): Promise<string[]>;
  ended: Promise<number | null>;
}

async function start(...args: string[]): Promise<Running> {
  const running = run(...args);
  await running.lines(1);
  const [line = ''] = running.stdout();
  const [, url = ''] = /^tt-emulator: (\S+)/.exec(line) ?? [];
  const [, controlUrl = '', token = ''] = /control: (\S+) bearer (\S+)$/.exec(line) ?? [];
  return { ...running, url, control: { url: controlUrl, token } };
}

function run(...args: string[]): Running {
  const child = spawn(process.execPath, [join(folder, 'cli.mjs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  const stdout = () => out.split('\n').slice(0, -1);
  const lines = async (count: number): Promise<string[]> => {
    while (stdout().length < count) {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${err}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return stdout();
  };
  return { child, url: '', control: { url: '', token: '' }, stdout, stderr: () => err, lines, ended };
}

async function seedFile(content: unknown): Promise<string> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('tt-emulator', () => {
  test('says on one line where it is and who is there, then what it is asked, without a secret', async () => {
    const { url, lines, stdout } = await start('--port', '0');
    expect(stdout()).toEqual([
      `tt-emulator: ${url} | app: awemulatorclientkey | users: @minamakes, @leo.cooks, @zoe_ng`,
    ]);
    const secrets = { client_key: 'awemulatorclientkey', client_secret: 'emulator-client-secret', code: 'canary-code' };
    const body = new URLSearchParams({ ...secrets, grant_type: 'refresh_token', refresh_token: 'canary-token' });
    await fetch(`${url}/v2/oauth/token/?code=canary-code`, { method: 'POST', body });
    await fetch(`${url}/v2/user/info/`, { headers: { authorization: 'Bearer canary-bearer' } });
    const [, first, second] = await lines(3);
    expect(first).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z POST \/v2\/oauth\/token\/ 400 refresh_token error=invalid_grant \d{14}[0-9A-F]{20}$/,
    );
    expect(second).toMatch(/GET \/v2\/user\/info\/ 401 error=access_token_invalid /);
    expect(stdout().join('\n')).not.toMatch(/canary|emulator-client-secret/);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it, with requests under way, and nothing is left',
    async (signal) => {
      const { child, url, control, ended, stderr } = await start('--port', '0', '--control', '--quiet');
      await connectToEmulator(control).fail('favicon', 'hang');
      const hanging = fetch(`${url}/favicon.ico`).catch(() => 'cut off');
      while ((await connectToEmulator(control).count('favicon')) === 0);
      const begin = performance.now();
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(performance.now() - begin).toBeLessThan(2_000);
      expect(await hanging).toBe('cut off');
      expect(stderr()).toBe('');
    },
  );

  test('the control is off unless asked for', async () => {
    const { stdout } = await start('--port', '0');
    expect(stdout()[0]).not.toMatch(/control|bearer/);
  });

  test('prints the bearer of the control, which works from here', async () => {
    const { url, control } = await start('--port', '0', '--control-port', '0');
    const remote = connectToEmulator(control);
    expect((await remote.describe()).url).toBe(url);
    expect(await remote.count()).toBe(0);
  });

  test('goes on when nobody reads its log any more', async () => {
    const { child, url } = await start('--port', '0');
    child.stdout.destroy();
    for (let time = 0; time < 20; time++) expect((await fetch(`${url}/favicon.ico`)).status).toBe(200);
    expect(child.exitCode).toBeNull();
  });
});

describe('--seed', () => {
  test('takes an array of users', async () => {
    const path = await seedFile([{ displayName: 'Ann' }, { displayName: 'Bob', videos: 3 }]);
    const { stdout } = await start('--port', '0', '--seed', path);
    expect(stdout()[0]).toMatch(/\| users: @ann, @bob$/);
  });

  test('takes users, clients and any other option', async () => {
    const clients = [{ clientKey: 'awmine', clientSecret: 's', redirectUris: ['https://my.app/cb'] }];
    const path = await seedFile({ clients, lifetimes: '2h/180d', rotation: { graceMs: 5 }, seed: 7 });
    const { stdout, url } = await start('--port', '0', '--seed', path);
    expect(stdout()[0]).toContain('| app: awmine |');
    const body = new URLSearchParams({ client_key: 'awmine', client_secret: 's', grant_type: 'client_credentials' });
    expect((await fetch(`${url}/v2/oauth/token/`, { method: 'POST', body })).status).toBe(200);
  });

  test.each([
    ['a file that is not there', undefined, /Cannot read .*nothing\.json \(ENOENT\)\.$/],
    ['what is not JSON', '{"users":', /is not JSON: /],
    ['what is neither', '7', /must hold an array of users or an object of options\.$/],
    ['a wrong user', [{ name: 'Ann' }], /: users\[0\] has no "name"; it takes displayName, /],
    ['what the command line says', { port: 1 }, /cannot say "port"; see tt-emulator --help\.$/],
  ])('refuses %s in one line, with exit code 2', async (_name, content, message) => {
    const path = content === undefined ? join(folder, 'nothing.json') : await seedFile(content);
    const { ended, stderr, stdout } = run('--port', '0', '--seed', path);
    expect(await ended).toBe(2);
    expect(stdout()).toEqual([]);
    expect(stderr()).toMatch(/^tt-emulator: [^\n]+\n$/);
    expect(stderr().trimEnd()).toMatch(message);
  });
});

describe('called in a wrong way', () => {
  test.each([
    [['--prot', '1'], "Unknown option '--prot'. See tt-emulator --help."],
    [['--port'], "Option '--port <value>' argument missing. See tt-emulator --help."],
    [['--port', 'x'], '--port is "x"; it takes a number from 0 to 65535. See tt-emulator --help.'],
    [
      ['--control-port', '70000'],
      '--control-port is "70000"; it takes a number from 0 to 65535. See tt-emulator --help.',
    ],
    [['users.json'], "Unexpected argument 'users.json'. See tt-emulator --help."],
  ])('%j: one clear line and exit code 2', async (args, message) => {
    const { ended, stderr, stdout } = run(...args);
    expect(await ended).toBe(2);
    expect(stderr()).toBe(`tt-emulator: ${message}\n`);
    expect(stdout()).toEqual([]);
  });

  test('on a port in use: one clear line and exit code 1', async () => {
    const emulator = await createEmulator();
    onTestFinished(() => emulator.close());
    const { port } = new URL(emulator.url);
    const { ended, stderr } = run('--port', port);
    expect(await ended).toBe(1);
    expect(stderr()).toBe(`tt-emulator: port ${port} on 127.0.0.1 is in use; pass another, or 0 for a free one.\n`);
  });
});

test('--help names every option, and --version is a version', async () => {
  const help = run('--help');
  expect(await help.ended).toBe(0);
  for (const option of ['port', 'host', 'seed', 'control', 'control-port', 'quiet', 'help', 'version']) {
    expect(help.stdout().join('\n')).toContain(`--${option}`);
  }
  const version = run('-v');
  expect(await version.ended).toBe(0);
  expect(version.stdout()).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)]);
});
