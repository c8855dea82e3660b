import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findRedisServer } from './find-redis-server.js';

let folder: string | undefined;

afterEach(async () => {
  if (folder !== undefined) {
    await rm(folder, { recursive: true });
    folder = undefined;
  }
});

async function serverOfVersion(version: string): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'tt-redis-test-'));
  const path = join(folder, 'redis-server');
  await writeFile(path, `#!/bin/sh\necho "Redis server v=${version} sha=00000000:0 malloc=libc bits=64 build=0"\n`);
  await chmod(path, 0o755);
  return path;
}

test('takes the one that REDIS_SERVER names', async () => {
  const path = await serverOfVersion('8.2.1');
  vi.stubEnv('REDIS_SERVER', path);
  expect(await findRedisServer()).toBe(path);
});

test('refuses one that is too old, and says what to do', async () => {
  vi.stubEnv('REDIS_SERVER', await serverOfVersion('6.2.14'));
  await expect(findRedisServer()).rejects.toThrow(/6\.2\.14; Redis 7 or later is needed.*REDIS_SERVER/);
});

test('says so when REDIS_SERVER names nothing', async () => {
  vi.stubEnv('REDIS_SERVER', '/nowhere/redis-server');
  await expect(findRedisServer()).rejects.toThrow('/nowhere/redis-server --version failed');
});

test('says in one line how to get it where it cannot be installed', async () => {
  vi.stubEnv('REDIS_SERVER', '');
  vi.stubEnv('PATH', '/nowhere');
  await expect(findRedisServer()).rejects.toThrow(/^redis-server is needed and not installed: .*brew install redis/);
});
