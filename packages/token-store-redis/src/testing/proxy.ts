import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A door in front of a Redis that stays where it is while the Redis behind it comes and goes. */
export interface RedisProxy {
  readonly url: string;
  readonly port: number;
  /** Which port it leads to, for connections made from now on. */
  leadTo(port: number): void;
  /** Lets the next answer to a script get lost, and its connection with it. The script itself has run. */
  loseNextAnswer(): void;
  /** Lets nothing through any more on the connections there are, either way, and leaves them open. */
  swallow(): void;
  /** Cuts every connection there is. */
  cut(): void;
  close(): Promise<void>;
}

/** What the doors in front of the nodes of a cluster have in common. */
interface Fate {
  /** Whether the next answer to a script gets lost. */
  losing: boolean;
}

export async function startProxy(firstPort: number, fate: Fate = { losing: false }): Promise<RedisProxy> {
  let port = firstPort;
  let swallowed = new WeakSet<Socket>();
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect({ port, host: '127.0.0.1' });
    let scriptAsked = false;
    inside.on('data', (bytes) => {
      if (swallowed.has(inside)) return;
      scriptAsked = /evalsha/i.test(bytes.toString('latin1'));
      outside.write(bytes);
    });
    outside.on('data', (bytes) => {
      if (fate.losing && scriptAsked) {
        fate.losing = false;
        inside.destroy();
      } else if (!swallowed.has(inside)) {
        inside.write(bytes);
      }
    });
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        inside.destroy();
        outside.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const ownPort = (server.address() as AddressInfo).port;
  return {
    url: `redis://127.0.0.1:${ownPort}`,
    port: ownPort,
    leadTo: (to) => {
      port = to;
    },
    loseNextAnswer: () => {
      fate.losing = true;
    },
    swallow: () => {
      swallowed = new WeakSet(sockets);
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
