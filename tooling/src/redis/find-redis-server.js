// @ts-check
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const oldestMajor = 7;

/**
 * The redis-server to use: `REDIS_SERVER`, else the one on PATH, else one that is installed now. Version 7 or later.
 *
 * @returns {Promise<string>}
 */
export async function findRedisServer() {
  const chosen = process.env.REDIS_SERVER;
  if (chosen) {
    return checkVersion(chosen);
  }
  const found = await onPath('redis-server');
  if (found !== undefined) {
    return checkVersion(found);
  }
  await installRedis();
  const installed = await onPath('redis-server');
  if (installed === undefined) {
    throw new Error('redis-server was installed but is not on PATH; set REDIS_SERVER to where it is');
  }
  return checkVersion(installed);
}

/** @param {string} program */
async function checkVersion(program) {
  const { stdout } = await execute(program, ['--version']).catch((error) => {
    throw new Error(`${program} --version failed: ${error.message}`, { cause: error });
  });
  const version = /\bv=(\d+)\.\S+/.exec(stdout);
  if (version === null || Number(version[1]) < oldestMajor) {
    throw new Error(
      `${program} is ${version?.[0].slice(2) ?? 'no redis-server'}; Redis ${oldestMajor} or later is needed: ` +
        'install one and set REDIS_SERVER to it',
    );
  }
  return program;
}

/**
 * @param {string} program
 * @returns {Promise<string | undefined>}
 */
async function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, program);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

async function installRedis() {
  const apt = await onPath('apt-get');
  const brew = await onPath('brew');
  const asRoot = process.getuid?.() === 0;
  const sudo = asRoot ? undefined : await passwordlessSudo();
  if (apt !== undefined && (asRoot || sudo !== undefined)) {
    console.error('Installing redis-server (apt-get) ...');
    await aptInstall(sudo === undefined ? [apt] : [sudo, '-n', apt]);
  } else if (brew !== undefined) {
    console.error('Installing redis (brew) ...');
    await execute(brew, ['install', 'redis']);
  } else {
    throw new Error(
      'redis-server is needed and not installed: `sudo apt-get install redis-server`, `brew install redis`, ' +
        'or set REDIS_SERVER to a redis-server of version 7 or later',
    );
  }
}

async function passwordlessSudo() {
  const sudo = await onPath('sudo');
  if (sudo === undefined) {
    return undefined;
  }
  return execute(sudo, ['-n', 'true']).then(
    () => sudo,
    () => undefined,
  );
}

/** @param {string[]} apt The command that runs apt-get as root. */
async function aptInstall([program = 'apt-get', ...args]) {
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  };
  const deadline = Date.now() + 180_000;
  for (;;) {
    try {
      await execute(program, [...args, 'update'], options);
      await execute(program, [...args, 'install', '--yes', '--no-install-recommends', 'redis-server'], options);
      return;
    } catch (error) {
      const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      // Another process is installing, perhaps the very same thing: a test beside this one, or the system's updates.
      if (!/could not get lock|unable to lock|is held by process/i.test(output) || Date.now() > deadline) {
        throw new Error(`apt-get could not install redis-server: ${output.trim()}`, { cause: error });
      }
      await sleep(1_000);
    }
  }
}
