import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Link } from './link.js';

let echo: Server;
let link: Link;

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  link = await Link.open(() => (typeof address === 'object' && address !== null ? address.port : 0));
});

afterEach(() => {
  link.close();
  echo.close();
});

async function open(): Promise<Socket> {
  const socket = connect(link.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** A reset is an error to `once`. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function echoed(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = await once(socket, 'data');
  return String(chunk);
}

test('what goes in comes out', async () => {
  expect(await echoed(await open(), 'hello')).toBe('hello');
});

test('a cut resets what is open, and new connections work', async () => {
  const socket = await open();
  await echoed(socket, 'hello');
  link.cut();
  await closed(socket);
  expect(await echoed(await open(), 'again')).toBe('again');
});

test('one that refuses resets each new connection until it is healed', async () => {
  link.refuse();
  const socket = connect(link.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await closed(socket);
  link.heal();
  expect(await echoed(await open(), 'again')).toBe('again');
});

test('a slow one delivers late, and in order', async () => {
  const socket = await open();
  link.slow(100);
  const since = performance.now();
  socket.write('a');
  await sleep(10);
  link.slow(1);
  socket.write('b');
  let text = '';
  while (text.length < 2) text += String((await once(socket, 'data'))[0]);
  expect(text).toBe('ab');
  // A timer may fire a millisecond early by this clock.
  expect(performance.now() - since).toBeGreaterThan(95);
});

test('one that is stalled keeps everything back until it is healed', async () => {
  const socket = await open();
  await echoed(socket, 'hello');
  link.stall();
  socket.write('late');
  const first = await Promise.race([once(socket, 'data').then(String), sleep(150, 'nothing')]);
  expect(first).toBe('nothing');
  const arrival = once(socket, 'data');
  link.heal();
  expect(String((await arrival)[0])).toBe('late');
});
