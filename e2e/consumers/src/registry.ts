import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackedPackage } from '@tt/tooling/pack';
import { run } from '@tt/tooling/processes';
import { runServer } from 'verdaccio';

export interface Registry {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts an npm registry that knows nothing but what is published to it, on a free loopback port.
 *
 * @param folder An existing folder for its files.
 */
export async function startRegistry(folder: string): Promise<Registry> {
  const server = await runServer({
    storage: join(folder, 'storage'),
    // Required, but with neither users nor relative paths there is nothing in the file to read.
    configPath: join(folder, 'config.yaml'),
    uplinks: {},
    packages: { '@tt/*': { access: '$all', publish: '$all' } },
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error(`the registry listens on ${address}, which is no port`);
  }
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The line of an .npmrc that takes our scope from this registry, and leaves all else where the machine has it. */
export function scopeLine(url: string): string {
  return `@tt:registry=${url}`;
}

/**
 * Publishes tarballs as a release does, with `npm publish`.
 *
 * @param folder An existing folder for the publisher's .npmrc.
 */
export async function publish(packages: readonly PackedPackage[], url: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // npm publishes only when it holds a token; this registry takes any.
  const token = `//${new URL(url).host}/:_authToken=anyone`;
  await writeFile(join(folder, '.npmrc'), `${scopeLine(url)}\n${token}\n`);
  for (const { manifest, tarball } of packages) {
    // The tag has to be named for a prerelease, and does no harm otherwise.
    const args = ['publish', tarball, '--tag', 'latest', '--ignore-scripts', '--loglevel', 'error'];
    const { code, output } = await run('npm', args, { cwd: folder });
    if (code !== 0) {
      throw new Error(`npm publish of ${manifest.name} failed:\n${output}`);
    }
  }
}
