// @ts-check

/**
 * Waits for all servers to start. If one does not, those that did are stopped.
 *
 * @param {Promise<import('./server.js').RedisServer>[]} starting
 */
export async function allOrNone(starting) {
  const outcomes = await Promise.allSettled(starting);
  const servers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await stopAll(servers);
    throw failed.reason;
  }
  return servers;
}

/** @param {readonly import('./server.js').RedisServer[]} servers */
export async function stopAll(servers) {
  await Promise.all(servers.map((server) => server.stop()));
}

/**
 * @template {Pick<import('./server.js').RedisServer, 'isRunning'>} Server
 * @param {readonly Server[]} servers
 */
export function running(servers) {
  return servers.filter((server) => server.isRunning());
}
