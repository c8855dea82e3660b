import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { isAlive } from '../is-alive.js';
import { findRedisServer } from './find-redis-server.js';
import { startRedis } from './start-redis.js';

// The first look may have to install it.
beforeAll(async () => void (await findRedisServer()), 240_000);

const clients: Redis[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) {
    client.disconnect();
  }
});

/** A client that gives up at the first failure, and says why. */
function clientOf(options: RedisOptions): Redis {
  const client = new Redis({ ...options, retryStrategy: () => null, maxRetriesPerRequest: 0, lazyConnect: true });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

/** Why it cannot connect; a command of it says only that it is closed. */
async function failureOf(client: Redis): Promise<unknown> {
  client.connect().catch(() => undefined);
  const [error] = await once(client, 'error');
  return error;
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

/** Puts a script in the place of redis-server. `"$real"` is the one it stands for. */
async function wrapServer(script: string): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tt-redis-test-'));
  const path = join(folder, 'redis-server');
  await writeFile(
    path,
    `#!/bin/sh\nreal="${await findRedisServer()}"\nfolder="${folder}"\n${script}\nexec "$real" "$@"\n`,
  );
  await chmod(path, 0o755);
  vi.stubEnv('REDIS_SERVER', path);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe('a server', () => {
  test('answers at once, and is gone once stopped', async () => {
    const redis = await startRedis();
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    expect(await clientOf(redis.options).ping()).toBe('PONG');
    expect(isAlive(redis.pid)).toBe(true);
    expect(redis.isRunning()).toBe(true);

    await redis.stop();
    expect(isAlive(redis.pid)).toBe(false);
    expect(redis.isRunning()).toBe(false);
    expect(existsSync(redis.folder)).toBe(false);
    await expect(redis.command('PING')).rejects.toThrow('ECONNREFUSED');
    await redis.stop();
  });

  test('keeps nothing on disk', async () => {
    await using redis = await startRedis();
    expect(await redis.command('CONFIG', 'GET', 'save')).toEqual(['save', '']);
    expect(await redis.command('CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no']);
    expect(await redis.command('CONFIG', 'GET', 'dir')).toEqual(['dir', expect.stringContaining(redis.folder)]);
  });

  test('takes further arguments, a password among them', async () => {
    await using redis = await startRedis({ args: ['--requirepass', 'hush'] });
    await expect(clientOf(redis.options).ping()).rejects.toThrow('NOAUTH');
    expect(await clientOf({ ...redis.options, password: 'hush' }).ping()).toBe('PONG');
  });

  test('has a port of its own beside others', async () => {
    const servers = await Promise.all([startRedis(), startRedis(), startRedis()]);
    expect(new Set(servers.map(({ port }) => port)).size).toBe(3);
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('says why it does not start, and leaves nothing behind', async () => {
    await using wrapped = await wrapServer('echo "$@" > "$folder/args"');
    await expect(startRedis({ args: ['--no-such-option', '1'] })).rejects.toThrow(/did not start.*no-such-option/s);
    const [, folder = '/'] = /--dir (\S+)/.exec(readFileSync(join(wrapped.folder, 'args'), 'utf8')) ?? [];
    expect(folder).toContain('tt-redis-');
    expect(existsSync(folder)).toBe(false);
  });

  test('takes another port when somebody else takes the one it chose, and is not mistaken for theirs', async () => {
    // The rival lets us in as well: it is a server like ours.
    await using wrapped = await wrapServer(`
      if [ "$1" = --port ] && [ ! -e "$folder/rival" ]; then
        "$real" --port "$2" --bind 127.0.0.1 --save '' --user tooling on '>tooling' '~*' '&*' +@all \\
          --pidfile "$folder/rival" --daemonize yes >/dev/null
        while [ ! -e "$folder/rival" ]; do sleep 0.05; done
        sleep 0.2 # A newer Redis writes its id just before it binds.
      fi`);
    try {
      await using redis = await startRedis();
      expect(await redis.command('INFO', 'server')).toContain(`process_id:${redis.pid}\r\n`);
      expect(isAlive(redis.pid)).toBe(true);
    } finally {
      process.kill(Number(readFileSync(join(wrapped.folder, 'rival'), 'utf8')));
    }
  });

  test('ends, and its files go, when the process that started it is killed', async () => {
    const script = `
      import { startRedis } from ${JSON.stringify(new URL('./start-redis.js', import.meta.url).href)};
      const { pid, folder } = await startRedis({ tls: true });
      process.stdout.write(JSON.stringify({ pid, folder }));
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = await once(parent.stdout, 'data');
    const { pid, folder } = JSON.parse(String(text));
    expect(isAlive(pid)).toBe(true);
    expect(existsSync(join(folder, 'ca.pem'))).toBe(true);

    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 5_000 });
  });

  test('leaves no process of ours behind', async () => {
    const redis = await startRedis();
    const ours = () => commandLines().filter((line) => line.includes(`watchdog ${redis.folder}`));
    expect(ours()).toHaveLength(1);
    await redis.stop();
    await vi.waitFor(() => expect(ours()).toEqual([]), { timeout: 5_000 });
  });
});

describe('kill and restart', () => {
  test('end it as a crash would, and bring it back on its port without its data', async () => {
    await using redis = await startRedis({ users: [{ username: 'app', password: 'hush' }] });
    const options = { ...redis.options, username: 'app', password: 'hush' };
    await clientOf(options).set('key', 'value');
    const { pid } = redis;
    const waiting = redis.command('BLPOP', 'never', 0);
    await Promise.all([expect(waiting).rejects.toThrow('closed the connection'), sleep(50).then(redis.kill)]);
    expect(isAlive(pid)).toBe(false);
    expect(redis.isRunning()).toBe(false);
    await expect(redis.command('PING')).rejects.toThrow('ECONNREFUSED');

    await redis.restart();
    expect(redis.pid).not.toBe(pid);
    expect(isAlive(redis.pid)).toBe(true);
    expect(await clientOf(options).get('key')).toBeNull();

    // One that still runs, too.
    const second = redis.pid;
    await redis.restart();
    expect(isAlive(second)).toBe(false);
    expect(await clientOf(options).ping()).toBe('PONG');
  });

  test('stop ends also one that hears no signal', async () => {
    const redis = await startRedis();
    process.kill(redis.pid, 'SIGSTOP');
    await redis.stop();
    expect(isAlive(redis.pid)).toBe(false);
  });
});

describe('users', () => {
  const user = {
    username: 'app',
    password: 'p@ss:w/ö rd%>#"\'\\ ',
    rules: ['~tt:*', '&tt:*', '+@read', '+@connection', '+info'],
  };

  test('are let in with any password, and may do what their rules say and no more', async () => {
    await using redis = await startRedis({ users: [user, { username: 'root', password: 'x' }] });
    const { username, password } = user;
    const client = clientOf({ ...redis.options, username, password });
    expect(await client.get('tt:1')).toBeNull();
    await expect(client.get('other')).rejects.toThrow('NOPERM');
    await expect(client.set('tt:1', 'value')).rejects.toThrow('NOPERM');
    expect(await clientOf({ ...redis.options, username: 'root', password: 'x' }).set('tt:1', 'value')).toBe('OK');
    await expect(clientOf({ ...redis.options, username, password: 'wrong' }).ping()).rejects.toThrow('WRONGPASS');
  });

  test('leave nobody in who names no user', async () => {
    await using redis = await startRedis({ users: [user] });
    await expect(clientOf(redis.options).ping()).rejects.toThrow('NOAUTH');
    expect(await redis.command('ACL', 'WHOAMI')).toBe('tooling');
  });
});

describe('TLS', () => {
  test('is served to whoever trusts the authority, and nothing else is served', async () => {
    await using redis = await startRedis({ tls: true });
    const { host, port, tls } = redis.options;
    expect(redis.url).toBe(`rediss://127.0.0.1:${port}`);
    expect(Object.keys(tls ?? {})).toEqual(['ca']);
    expect(await clientOf(redis.options).ping()).toBe('PONG');
    expect(readFileSync(join(redis.folder, 'ca.pem'), 'utf8')).toBe(tls?.ca);
    expect(await redis.command('CONFIG', 'GET', 'port')).toEqual(['port', '0']);

    expect(await failureOf(clientOf({ host, port, tls: {} }))).toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED/),
    });
    await expect(clientOf({ host, port }).ping()).rejects.toThrow();
    await redis.restart();
    expect(await clientOf(redis.options).ping()).toBe('PONG');
  });

  test('can ask the client for a certificate, too', async () => {
    await using redis = await startRedis({ tls: { clientAuth: true } });
    const { host, port, tls } = redis.options;
    expect(await clientOf(redis.options).ping()).toBe('PONG');
    expect(readFileSync(join(redis.folder, 'client.pem'), 'utf8')).toBe(tls?.cert);
    expect(readFileSync(join(redis.folder, 'client-key.pem'), 'utf8')).toBe(tls?.key);
    await expect(clientOf({ host, port, tls: { ca: tls?.ca } }).ping()).rejects.toThrow();
  });

  test('is not skipped where redis-server was built without it: one line says how to get it', async () => {
    // Such a build knows none of the options, and says so in these words.
    await using _wrapped = await wrapServer(
      'for arg do shift; [ "$arg" = --tls-port ] && arg=--tls-portless; set -- "$@" "$arg"; done',
    );
    await expect(startRedis({ tls: true })).rejects.toThrow(/^\S+ was built without TLS: install .*REDIS_SERVER.*$/);
  });
});

describe('command', () => {
  test('gives the answer, and rejects with what Redis refuses', async () => {
    await using redis = await startRedis();
    expect(await redis.command('SET', 'key', 7)).toBe('OK');
    expect(await redis.command('MGET', 'key', 'none')).toEqual(['7', null]);
    await expect(redis.command('INCR')).rejects.toMatchObject({ name: 'RedisReplyError', code: 'ERR' });
  });

  test('brings a server into every state that a client must live with', async () => {
    await using redis = await startRedis();
    const client = clientOf(redis.options);

    await redis.command('CONFIG', 'SET', 'maxmemory', 1);
    await expect(client.set('key', 'value')).rejects.toThrow('OOM');
    await redis.command('CONFIG', 'SET', 'maxmemory', 0);

    await redis.command('REPLICAOF', '127.0.0.1', 1);
    await expect(client.set('key', 'value')).rejects.toThrow('READONLY');
    await redis.command('REPLICAOF', 'NO', 'ONE');

    await redis.command('CONFIG', 'SET', 'busy-reply-threshold', 1);
    const busy = expect(redis.command('EVAL', 'while true do end', 0)).rejects.toThrow('Script killed');
    await vi.waitFor(() => expect(client.get('key')).rejects.toThrow('BUSY'), { timeout: 5_000 });
    await redis.command('SCRIPT', 'KILL');
    await busy;

    // Loading answers others only every so many bytes, which compression must not make fewer.
    for (let n = 0; n < 20; n += 1) {
      await client.set(`key:${n}`, randomBytes(2_048));
    }
    const slowly = ['key-load-delay', 50_000, 'loading-process-events-interval-bytes', 1_024];
    await redis.command('CONFIG', 'SET', ...slowly);
    const reloaded = redis.command('DEBUG', 'RELOAD');
    await vi.waitFor(() => expect(client.get('key:0')).rejects.toThrow('LOADING'), { timeout: 5_000 });
    expect(await reloaded).toBe('OK');
    expect(await client.exists('key:0')).toBe(1);
  });
});
