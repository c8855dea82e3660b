import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BODY_LIMIT_BYTES } from './http-server.js';
import { createEmulator } from './index.js';
import { readJson, startEmulator } from './test-support.js';

describe('bodies', () => {
  test.each([
    ['just over the limit', BODY_LIMIT_BYTES + 1],
    ['far over it', 4 * 1024 * 1024],
  ])('%s is refused with an answer', async (_name, length) => {
    const emulator = await startEmulator();
    const body = new URLSearchParams({ grant_type: 'x'.repeat(length) });
    const answer = await readJson(await fetch(`${emulator.url}/v2/oauth/token/`, { method: 'POST', body }));
    expect(answer.status).toBe(413);
    expect(answer.body.error).toBe('invalid_request');
  });

  test('one that does not end is cut off', async () => {
    const emulator = await startEmulator();
    const outcome = await new Promise((resolve) => {
      const endless = request(`${emulator.url}/v2/oauth/token/`, { method: 'POST' });
      endless.on('error', () => resolve('cut off'));
      endless.on('response', () => resolve('answered'));
      const chunk = Buffer.alloc(1024 * 1024);
      const write = () => {
        while (!endless.destroyed && endless.write(chunk));
      };
      endless.on('drain', write);
      write();
    });
    expect(outcome).toBe('cut off');
    expect((await fetch(`${emulator.url}/favicon.ico`)).status).toBe(200);
  });
});

test.each([
  '/',
  '/v2/post/publish/video/init/',
  '/v2/oauth/token/x',
  '//evil.example/',
  '/%',
  '/v2/auth/authorize/consent',
])('%s answers with an enveloped 404', async (path) => {
  const emulator = await startEmulator();
  const { status, body } = await readJson(await fetch(emulator.url + path, { method: 'POST' }));
  expect(status).toBe(404);
  expect(body).toEqual({
    data: {},
    error: { code: 'not_found', message: expect.any(String), log_id: expect.stringMatching(/^\d{14}[0-9A-F]{20}$/) },
  });
});

test('a HEAD gets headers and no body, an OPTIONS a 405', async () => {
  const emulator = await startEmulator();
  const head = await fetch(`${emulator.url}/favicon.ico`, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
  expect((await fetch(`${emulator.url}/v2/user/info/`, { method: 'OPTIONS' })).status).toBe(405);
});

test('the icon a browser asks for unasked is there', async () => {
  const emulator = await startEmulator();
  const response = await fetch(`${emulator.url}/favicon.ico`);
  expect(response.headers.get('content-type')).toContain('image/svg+xml');
});

test('no bytes on the socket end it', async () => {
  const emulator = await startEmulator();
  const port = Number(new URL(emulator.url).port);
  const send = (bytes: Uint8Array) =>
    new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
      socket.on('data', () => {});
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
    });
  const text = fc.constantFrom(
    ...[
      'GET ',
      'POST ',
      'CONNECT ',
      '/v2/oauth/token/',
      '/v2/user/info/?fields=%',
      'http://x/',
      '*',
      ' HTTP/1.1\r\n',
      'host: x\r\n',
    ],
    ...[
      'content-type: application/x-www-form-urlencoded\r\n',
      'content-length: 5\r\n',
      'transfer-encoding: chunked\r\n',
      '\r\n',
    ],
    ...[
      'upgrade: websocket\r\nconnection: upgrade\r\n',
      'expect: 100-continue\r\n',
      'a=%zz',
      'authorization: Bearer \r\n',
    ],
  );
  const bytes = fc.oneof(
    fc.array(text, { maxLength: 12 }).map((parts) => new TextEncoder().encode(parts.join(''))),
    fc.uint8Array({ maxLength: 200 }),
  );
  await fc.assert(fc.asyncProperty(bytes, send), { numRuns: 200 });
  expect((await fetch(`${emulator.url}/favicon.ico`)).status).toBe(200);
});

describe('close', () => {
  test('ends idle and busy connections, frees the port, and may be called again', async () => {
    const emulator = await createEmulator();
    const { port } = new URL(emulator.url);
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) => {
      get(`${emulator.url}/favicon.ico`, { agent }, (response) => response.resume().on('end', resolve));
    });
    const half = connect(Number(port), '127.0.0.1');
    half.on('error', () => {});
    half.write('POST /v2/oauth/token/ HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    const halfClosed = new Promise((resolve) => half.once('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));

    await Promise.all([emulator.close(), emulator.close()]);
    await halfClosed;
    agent.destroy();
    await expect(fetch(`${emulator.url}/favicon.ico`)).rejects.toThrow();
    const again = await startEmulator({ port: Number(port) });
    expect(new URL(again.url).port).toBe(port);
  });

  test('leaves no handle behind', async () => {
    const handles = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
    const before = handles();
    const emulator = await createEmulator();
    await new Promise((resolve) =>
      get(`${emulator.url}/favicon.ico`, (response) => response.resume().on('end', resolve)),
    );
    await emulator.close();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(handles()).toBeLessThanOrEqual(before);
  });
});

test('a port in use is said in one sentence', async () => {
  const emulator = await startEmulator();
  const port = Number(new URL(emulator.url).port);
  await expect(createEmulator({ port })).rejects.toThrow(
    `createEmulator: port ${port} on 127.0.0.1 is in use; pass another, or 0 for a free one.`,
  );
});

test('an address that is not ours is said too', async () => {
  await expect(createEmulator({ host: '192.0.2.1' })).rejects.toThrow(
    /cannot listen on 192\.0\.2\.1 port 0 \(EADDRNOTAVAIL\)/,
  );
});

test('listening on all addresses still gives a url one can go to', async () => {
  const emulator = await startEmulator({ host: '0.0.0.0' });
  expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${emulator.url}/favicon.ico`)).status).toBe(200);
});
