import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '@tt/tooling/processes';
import { strangersEnvironment } from '@tt/tooling/strangers-environment';
import { scopeLine } from './registry.js';

const installWithinMs = 100_000;

export interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly timedOut: boolean;
}

/** A stranger's project, in a folder of its own outside the repository. */
export interface Consumer {
  readonly folder: string;
  /** Writes a file into the project. */
  write(path: string, content: string): Promise<void>;
  run(
    command: string,
    args: string[],
    options?: { env?: NodeJS.ProcessEnv; timeoutMs?: number },
  ): Promise<CommandResult>;
  remove(): Promise<void>;
}

/**
 * Makes an empty project and installs the given packages by name with npm, as the READMEs tell people to.
 *
 * @param registryUrl Where `@tt/*` comes from; everything else comes from the machine's own registry.
 * @param packages Names, with a version where it matters: `@tt/oauth`, `ioredis@5.9.3`.
 */
export async function createConsumer(registryUrl: string, packages: readonly string[]): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'tt-consumer-'));
  const consumer: Consumer = {
    folder,
    async write(path, content) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    run(command, args, { env = {}, timeoutMs = 60_000 } = {}) {
      return run(command, args, { cwd: folder, env: { ...strangersEnvironment(), ...env }, timeoutMs });
    },
    async remove() {
      await rm(folder, { recursive: true, force: true });
    },
  };
  await consumer.write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await consumer.write('.npmrc', `${scopeLine(registryUrl)}\naudit=false\nfund=false\nupdate-notifier=false\n`);
  const { code, output, timedOut } = await consumer.run('npm', ['install', ...packages, '--loglevel', 'error'], {
    timeoutMs: installWithinMs,
  });
  if (code !== 0) {
    await consumer.remove();
    throw new Error(`npm install ${packages.join(' ')} ${timedOut ? 'took too long' : 'failed'}:\n${output}`);
  }
  return consumer;
}
