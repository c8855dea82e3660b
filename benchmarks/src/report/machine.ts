import { execFile } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { findRedisServer } from '@tt/tooling/redis';

const run = promisify(execFile);

/** What the numbers were measured on, without a name of the machine or of a person. */
export async function describeMachine(): Promise<string> {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${(totalmem() / 1024 ** 3).toFixed(0)} GiB`;
  const [version] = release().split('-');
  const hardware = `${model}, ${availableParallelism()} cores, ${memory}`;
  const { stdout } = await run(await findRedisServer(), ['--version']);
  const redis = /v=(\S+)/.exec(stdout)?.[1] ?? 'of unknown version';
  return `${hardware}; ${type()} ${version}; Node ${process.versions.node}; Redis ${redis}`;
}
