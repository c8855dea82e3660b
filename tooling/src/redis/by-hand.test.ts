import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { root } from '../workspaces.js';
import { findRedisServer } from './find-redis-server.js';

// The first look may have to install Redis.
beforeAll(async () => void (await findRedisServer()), 240_000);

interface Running {
  child: ChildProcess;
  /** What it said until it was ready. */
  text: string;
}

async function start(command: string, ...args: string[]): Promise<Running> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  await vi.waitFor(() => expect(text).toContain('Ctrl-C ends it.'), { timeout: 15_000, interval: 20 });
  return { child, text };
}

const script = join('tooling', 'scripts', 'redis.js');

function portsIn(text: string): number[] {
  return [...text.matchAll(/port: (\d+)/g)].map(([, port]) => Number(port));
}

async function isServing(port: number): Promise<boolean> {
  const client = new Redis({ port, retryStrategy: () => null, lazyConnect: true, enableReadyCheck: false });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

describe('npm run redis', () => {
  test('starts one server, and SIGTERM to npm ends it', async () => {
    const { child, text } = await start('npm', 'run', '--silent', 'redis');
    const url = /^REDIS_URL=(redis:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1] ?? '';
    const port = Number(new URL(url).port);
    expect(await isServing(port)).toBe(true);
    child.kill('SIGTERM');
    await once(child, 'close');
    await vi.waitFor(async () => expect(await isServing(port)).toBe(false), { timeout: 5_000 });
  });

  test('starts a cluster, and Ctrl-C ends every node of it', async () => {
    const { child, text } = await start(process.execPath, script, 'cluster');
    const ports = portsIn(text);
    expect(ports).toHaveLength(3);
    const client = new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })));
    expect(await client.set('key', 'value')).toBe('OK');
    client.disconnect();
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(await Promise.all(ports.map(isServing))).toEqual([false, false, false]);
  });

  test('starts sentinels and what they watch', async () => {
    const { child, text } = await start(process.execPath, script, 'sentinel');
    const name = /name: '(.*)'/.exec(text)?.[1] ?? '';
    const sentinels = portsIn(text).map((port) => ({ host: '127.0.0.1', port }));
    expect(sentinels).toHaveLength(3);
    const client = new Redis({ name, sentinels });
    expect(await client.set('key', 'value')).toBe('OK');
    client.disconnect();
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
    expect(await Promise.all(sentinels.map(({ port }) => isServing(port)))).toEqual([false, false, false]);
  });

  test('starts one with TLS, whose authority Node can be told to trust', async () => {
    const { child, text } = await start(process.execPath, script, 'tls');
    const url = /^REDIS_URL=(.*)$/m.exec(text)?.[1] ?? '';
    const file = /^NODE_EXTRA_CA_CERTS=(.*)$/m.exec(text)?.[1] ?? '';
    const client = new Redis(url, { tls: { ca: readFileSync(file) } });
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
    child.kill('SIGHUP');
    expect(await once(child, 'close')).toEqual([129, null]);
    expect(existsSync(file)).toBe(false);
  });

  test.each(['nonsense', 'toString', 'tls cluster'])('says how to use it when asked for %s', async (words) => {
    const args = [script, ...words.split(' ')];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    const [text] = await once(child.stderr, 'data');
    expect(String(text)).toBe('usage: npm run redis -- [standalone | cluster | sentinel | tls]\n');
    expect(await once(child, 'close')).toEqual([1, null]);
  });
});
