import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that can be cut, slowed down and stopped up. What passes is not looked at. */
export class Link {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** How late each chunk arrives, in milliseconds. */
  #delayMs = 0;
  #stalled = false;
  #refusing = false;

  private constructor(server: Server, port: number, to: () => number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (client) => this.#connect(client, to()));
  }

  /** @param to The port it leads to, asked at each connection. */
  static async open(to: () => number): Promise<Link> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return new Link(server, address.port, to);
  }

  /** Resets every connection. New ones are possible at once. */
  cut(): void {
    for (const pair of this.#pairs) drop(pair);
  }

  /** Resets every connection, and every new one until `heal()`. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  /** Each chunk arrives that much later, until `heal()`. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** Nothing passes in either direction, and nobody is told, until `heal()`. */
  stall(): void {
    this.#stalled = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  heal(): void {
    this.#delayMs = 0;
    this.#refusing = false;
    this.#stalled = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  close(): void {
    this.#server.close();
    this.refuse();
  }

  #connect(client: Socket, port: number): void {
    client.on('error', () => undefined);
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    this.#carry(client, server, pair);
    this.#carry(server, client, pair);
    if (this.#stalled) for (const socket of pair) socket.pause();
  }

  #carry(from: Socket, to: Socket, pair: readonly [Socket, Socket]): void {
    // A chunk never overtakes the one before it, whatever the delay has become.
    let before: Promise<unknown> = Promise.resolve();
    const inOrder = (action: () => void): void => {
      const delayMs = this.#delayMs;
      const due = delayMs === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, delayMs));
      before = Promise.all([before, due]).then(action);
    };
    from.on('error', () => undefined);
    from.on('data', (chunk) => inOrder(() => void (to.destroyed || to.write(chunk))));
    from.on('end', () => inOrder(() => to.end()));
    from.on('close', () => {
      this.#pairs.delete(pair);
      inOrder(() => to.destroy());
    });
  }
}

function drop([client, server]: readonly [Socket, Socket]): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
