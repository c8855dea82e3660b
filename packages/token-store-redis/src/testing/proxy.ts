import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A door in front of a Redis that stays where it is while the Redis behind it comes and goes. */
export interface RedisProxy {
  readonly url: string;
  /** Which port it leads to, for connections made from now on. */
  leadTo(port: number): void;
  /** Lets the next answer to a script get lost, and its connection with it. The script itself has run. */
  loseNextAnswer(): void;
  /** Cuts every connection there is. */
  cut(): void;
  close(): Promise<void>;
}

export async function startProxy(firstPort: number): Promise<RedisProxy> {
  let port = firstPort;
  let losing = false;
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect({ port, host: '127.0.0.1' });
    let scriptAsked = false;
    inside.on('data', (bytes) => {
      scriptAsked = /evalsha/i.test(bytes.toString('latin1'));
      outside.write(bytes);
    });
    outside.on('data', (bytes) => {
      if (losing && scriptAsked) {
        losing = false;
        inside.destroy();
      } else {
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
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (to) => {
      port = to;
    },
    loseNextAnswer: () => {
      losing = true;
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
