import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { isAlive } from './is-alive.js';
import { findRedisServer, startRedis } from './redis.js';

// The first look may have to install it.
beforeAll(async () => void (await findRedisServer()), 240_000);

async function send(port: number, command: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setEncoding('utf8').end(`${command}\r\nQUIT\r\n`);
  let answer = '';
  for await (const text of socket) {
    answer += text;
  }
  return answer.replace('+OK\r\n', '');
}

/** The command lines of all processes. A small Linux has no `ps`. */
function commandLines(): string[] {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return []; // It ended meanwhile.
      }
    });
}

describe('startRedis', () => {
  test('starts a server that answers at once, and stops it', async () => {
    const redis = await startRedis();
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    expect(await send(redis.port, 'PING')).toBe('+PONG\r\n');
    expect(isAlive(redis.pid)).toBe(true);

    await redis.stop();
    expect(isAlive(redis.pid)).toBe(false);
    await expect(send(redis.port, 'PING')).rejects.toThrow('ECONNREFUSED');
    await redis.stop();
  });

  test('keeps nothing on disk', async () => {
    await using redis = await startRedis();
    expect(await send(redis.port, 'CONFIG GET save')).toContain('save\r\n$0\r\n');
    expect(await send(redis.port, 'CONFIG GET appendonly')).toContain('no');
  });

  test('passes further arguments on, a password among them', async () => {
    await using redis = await startRedis({ args: ['--requirepass', 'hush'] });
    expect(await send(redis.port, 'PING')).toContain('NOAUTH');
    expect(await send(redis.port, 'AUTH hush\r\nPING')).toContain('+PONG');
  });

  test('gives several servers at once a port each', async () => {
    const servers = await Promise.all([startRedis(), startRedis(), startRedis()]);
    expect(new Set(servers.map(({ port }) => port)).size).toBe(3);
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('kills the server as a crash would', async () => {
    const redis = await startRedis();
    await redis.kill();
    expect(isAlive(redis.pid)).toBe(false);
  });

  test('says what redis-server said when it does not start', async () => {
    await expect(startRedis({ args: ['--no-such-option', '1'] })).rejects.toThrow(/did not start.*no-such-option/s);
  });

  test('takes another port when the one it chose is taken before the server binds it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const folder = await mkdtemp(join(tmpdir(), 'tt-redis-test-'));
    const wrapper = join(folder, 'redis-server');
    const real = await findRedisServer();
    // Stands in for losing the race: on its first start it is sent to the port that is taken.
    await writeFile(
      wrapper,
      `#!/bin/sh
if [ "$1" = --port ] && [ ! -e "${folder}/raced" ]; then touch "${folder}/raced"; shift 2; set -- --port ${port} "$@"; fi
exec "${real}" "$@"
`,
    );
    await chmod(wrapper, 0o755);
    vi.stubEnv('REDIS_SERVER', wrapper);

    await using redis = await startRedis();
    expect(redis.port).not.toBe(port);
    expect(await send(redis.port, 'PING')).toBe('+PONG\r\n');
    taken.close();
    await rm(folder, { recursive: true });
  });

  test('leaves no server behind when the process that started it is killed', async () => {
    const script = `
      import { startRedis } from ${JSON.stringify(new URL('./redis.js', import.meta.url).href)};
      const { pid } = await startRedis();
      process.stdout.write(String(pid));
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = await once(parent.stdout, 'data');
    const pid = Number(String(text));
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
  });

  test('leaves no process of its own behind', async () => {
    const redis = await startRedis();
    await redis.stop();
    await sleep(50);
    expect(commandLines().filter((line) => line.trimEnd().endsWith(`watchdog ${redis.pid}`))).toEqual([]);
  });
});

describe('findRedisServer', () => {
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
});
