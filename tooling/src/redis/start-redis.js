// @ts-check
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCertificates } from './certificates.js';
import { findRedisServer } from './find-redis-server.js';
import { startServer, userArgs } from './server.js';

/**
 * @typedef {import('./server.js').RedisServer} RedisServer
 *
 * @typedef {object} RedisUser
 * @property {string} username Without spaces, which Redis does not allow in a name.
 * @property {string} password Any characters.
 * @property {string[]} [rules] What the user may do, as `ACL SETUSER` has it: `['~tt:*', '&tt:*', '+@read']`. Default:
 *   everything.
 *
 * @typedef {object} RedisTlsOptions
 * @property {boolean} [clientAuth] Refuse clients that show no certificate of ours. Default: false.
 *
 * @typedef {object} StartRedisOptions
 * @property {string[]} [args] More arguments for redis-server, such as `['--maxmemory', '10mb']`.
 * @property {readonly RedisUser[]} [users] Users to have from the start. With any, the default user is off.
 * @property {boolean | RedisTlsOptions} [tls] Serve TLS and nothing else, with certificates made now; the folder holds
 *   them as `ca.pem`, `client.pem` and `client-key.pem`. Default: false.
 */

/**
 * Starts a real redis-server on a free loopback port, with nothing kept on disk. It dies with this process.
 *
 * `command` brings it into the states a client must live with: `CONFIG SET maxmemory 1` (OOM), `REPLICAOF` of a port
 * where nobody is (READONLY), `EVAL 'while true do end' 0` (BUSY, after `busy-reply-threshold` ms, until
 * `SCRIPT KILL`), `DEBUG SLEEP` or SIGSTOP to its `pid` (silence), `DEBUG RELOAD` after `CONFIG SET key-load-delay`
 * (LOADING), `SCRIPT FLUSH` (NOSCRIPT), `CLIENT KILL`, `ACL SETUSER`.
 *
 * @param {StartRedisOptions} [options]
 * @returns {Promise<RedisServer>}
 * @throws {Error} When redis-server does not start, with what it said; when it was built without TLS and that is asked.
 */
export async function startRedis({ args = [], users = [], tls = false } = {}) {
  const rest = [...commonArgs, ...accountArgs(users), ...args];
  if (tls === false) {
    return startServer({ argsFor: ({ port }) => ['--port', `${port}`, ...rest] });
  }
  const clientAuth = tls !== true && tls.clientAuth === true;
  const certificates = createCertificates();
  try {
    return await startServer({
      tls: { ca: certificates.ca, ...(clientAuth ? certificates.client : {}) },
      argsFor: async ({ port, folder }) => [
        ...['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', clientAuth ? 'yes' : 'no'],
        ...(await certificateArgs(certificates, folder)),
        ...rest,
      ],
    });
  } catch (error) {
    // A build without TLS does not know its options.
    if (error instanceof Error && /'tls-\S+ .*'\s*Bad directive/.test(error.message)) {
      throw new Error(
        `${await findRedisServer()} was built without TLS: install Debian's or Homebrew's, or set REDIS_SERVER to one ` +
          'built with `make BUILD_TLS=yes`',
        { cause: error },
      );
    }
    throw error;
  }
}

const commonArgs = [
  ...['--save', '', '--appendonly', 'no', '--enable-debug-command', 'local'],
  // A replica is served at once, and not waited for at the end: neither is worth a second of a test's time.
  ...['--repl-diskless-sync-delay', '0', '--shutdown-timeout', '0'],
];

/** @param {readonly RedisUser[]} users */
function accountArgs(users) {
  return users.length === 0 ? [] : [...users.flatMap(userArgs), '--user', 'default', 'off'];
}

/**
 * The client's certificate goes there too, for people who start the server by hand.
 *
 * @param {import('./certificates.js').Certificates} certificates
 * @param {string} folder
 */
async function certificateArgs({ ca, server, client }, folder) {
  const files = {
    'ca.pem': ca,
    'server.pem': server.cert,
    'server-key.pem': server.key,
    'client.pem': client.cert,
    'client-key.pem': client.key,
  };
  await Promise.all(Object.entries(files).map(([name, pem]) => writeFile(join(folder, name), pem, { mode: 0o600 })));
  return [
    ...['--tls-ca-cert-file', join(folder, 'ca.pem')],
    ...['--tls-cert-file', join(folder, 'server.pem')],
    ...['--tls-key-file', join(folder, 'server-key.pem')],
  ];
}
