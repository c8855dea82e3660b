import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectRedis } from './connection.js';

const user = { username: 'tooling', password: 'tooling' };
let close: (() => void) | undefined;

afterEach(() => close?.());

/** A server that lets everybody in, and then does as it is told. */
async function serverThat(answers: (socket: Socket) => void): Promise<{ host: string; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('+OK\r\n');
      socket.on('data', () => answers(socket));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => server.close();
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test('answers belong to commands in their order, in whatever pieces they arrive', async () => {
  const place = await serverThat((socket) => {
    socket.removeAllListeners('data');
    socket.write('$5\r\nfir');
    setTimeout(() => socket.write('st\r\n-ERR second\r\n:3\r'), 20);
    setTimeout(() => socket.write('\n'), 40);
  });
  const connection = await connectRedis({ ...place, ...user });
  const [first, second, third] = await Promise.allSettled(['a', 'b', 'c'].map((name) => connection.command(name)));
  expect(first).toEqual({ status: 'fulfilled', value: 'first' });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'ERR', message: 'ERR second' } });
  expect(third).toEqual({ status: 'fulfilled', value: 3 });
  connection.close();
  await expect(connection.command('d')).rejects.toThrow('closed the connection');
});

test.each([
  ['hangs up', (socket: Socket) => socket.destroy(), {}, 'closed the connection'],
  ['speaks another language', (socket: Socket) => socket.write('HTTP/1.1 400\r\n'), {}, 'not a RESP2 reply'],
  ['says nothing for as long as we wait', () => undefined, { silenceMs: 100 }, 'said nothing for 100 ms'],
])('commands reject when the server %s', async (_what, answers, options, message) => {
  const connection = await connectRedis({ ...(await serverThat(answers)), ...user, ...options });
  const all = await Promise.allSettled([connection.command('a'), connection.command('b')]);
  expect(all).toMatchObject([
    { status: 'rejected', reason: { message: expect.stringContaining(message) } },
    { status: 'rejected', reason: { message: expect.stringContaining(message) } },
  ]);
});
