// @ts-check
import { once } from 'node:events';
import { createServer } from 'node:net';

export const host = '127.0.0.1';

/** A cluster node listens on its port + 10000 as well, so both must be real ports. */
const highestPort = 65_535 - 10_000;

/** A loopback port that nobody listens on at this moment. Somebody else may take it before it is used. */
export async function freePort() {
  for (;;) {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address !== null && typeof address === 'object' && address.port <= highestPort) {
      return address.port;
    }
  }
}
