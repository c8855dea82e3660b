import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { createEmulator, type Emulator } from '../index.js';
import { causeOf, startEmulator } from '../test-support.js';

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request with any headers at all, which `fetch` would not send. */
function ask(
  emulator: Emulator,
  changes: { method?: string; path?: string; body?: string; headers?: Record<string, string | undefined> } = {},
): Promise<Answer> {
  const { url, token } = emulator.control ?? { url: '', token: '' };
  const { method = 'POST', path = '/count', body = '{}' } = changes;
  const headers = Object.fromEntries(
    Object.entries({
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...changes.headers,
    }).filter((header): header is [string, string] => header[1] !== undefined),
  );
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
    sent.on('error', reject);
    // Node sends a body of these without its length.
    sent.end(['POST', 'PUT'].includes(method) ? body : undefined);
  });
}

const startWithControl = () => startEmulator({ control: true });

test('it is off unless asked for', async () => {
  const emulator = await startEmulator();
  expect(emulator.control).toBeUndefined();
  const response = await fetch(`${emulator.url}/count`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(404);
});

test('the emulator itself answers none of its commands, even with the bearer', async () => {
  const emulator = await startWithControl();
  const headers = { authorization: `Bearer ${emulator.control?.token}`, 'content-type': 'application/json' };
  const response = await fetch(`${emulator.url}/count`, { method: 'POST', headers, body: '{}' });
  expect(response.status).toBe(404);
});

describe('who may ask', () => {
  test('whoever has the bearer, from this machine', async () => {
    const answer = await ask(await startWithControl());
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('{"count":0}');
  });

  test('loopback only, though the emulator listens everywhere', async () => {
    const emulator = await startEmulator({ host: '0.0.0.0', control: true });
    expect(emulator.control?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const port = Number(new URL(emulator.control?.url ?? '').port);
    const outside = Object.values(networkInterfaces()).flatMap(
      (addresses) => addresses?.filter(({ internal, family }) => !internal && family === 'IPv4') ?? [],
    );
    for (const { address } of outside) {
      const outcome = await new Promise((resolve) => {
        const socket = connect(port, address, () => resolve('connected'));
        socket.on('error', ({ message }) => resolve(message));
        socket.on('connect', () => socket.destroy());
      });
      expect(outcome).toContain('ECONNREFUSED');
    }
  });

  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    'localhost.evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'evil.example@127.0.0.1:PORT',
    '0.0.0.0:PORT',
  ])('nobody under the Host %j, which is how DNS rebinding looks', async (host) => {
    const emulator = await startWithControl();
    const { port } = new URL(emulator.control?.url ?? '');
    const answer = await ask(emulator, { headers: { host: host.replace('PORT', port) } });
    expect(answer.status).toBe(403);
  });

  test('nobody without a Host', async () => {
    const emulator = await startWithControl();
    const { port } = new URL(emulator.control?.url ?? '');
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(`POST /count HTTP/1.0\r\nauthorization: Bearer ${emulator.control?.token}\r\n\r\n`);
      });
      socket.on('data', (data) => resolve(data.toString()));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('the Host %s with its port is fine', async (name) => {
    const emulator = await startWithControl();
    const { port } = new URL(emulator.control?.url ?? '');
    expect((await ask(emulator, { headers: { host: `${name}:${port}` } })).status).toBe(200);
  });

  test.each(['https://evil.example', 'http://localhost:3000', 'null'])('no page of the origin %s', async (origin) => {
    expect((await ask(await startWithControl(), { headers: { origin } })).status).toBe(403);
  });

  test.each([
    ['none', () => undefined],
    ['an empty one', () => 'Bearer '],
    ['another', (token: string) => `Bearer ${token.slice(0, -1)}${token.endsWith('x') ? 'y' : 'x'}`],
    ['a part of it', (token: string) => `Bearer ${token.slice(0, -1)}`],
    ['more than it', (token: string) => `Bearer ${token}x`],
    ['Basic', (token: string) => `Basic ${token}`],
  ])('nobody with a bearer like this: %s', async (_name, authorization) => {
    const emulator = await startWithControl();
    const answer = await ask(emulator, { headers: { authorization: authorization(emulator.control?.token ?? '') } });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body).not.toContain('is-live');
  });

  test('the bearer is long, and another one in each emulator, whatever the seed', async () => {
    const tokens = new Set<string | undefined>();
    for (let index = 0; index < 3; index++) {
      tokens.add((await startEmulator({ control: true, seed: 1 })).control?.token);
    }
    expect(tokens.size).toBe(3);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{32}$/);
  });

  test('a stranger learns nothing about the commands, and changes nothing', async () => {
    const emulator = await startWithControl();
    const stranger = { authorization: undefined };
    for (const path of ['/reset', '/nothing', '/fail']) {
      expect((await ask(emulator, { path, headers: stranger })).status).toBe(401);
    }
    const [user] = emulator.users;
    await ask(emulator, { path: '/ban', body: JSON.stringify({ user: user.username }), headers: stranger });
    expect(emulator.user(user.username).tokens()).toEqual([]);
    await expect(
      emulator.consent(
        `${emulator.url}/v2/auth/authorize/?client_key=awemulatorclientkey&response_type=code&scope=user.info.basic&state=x&redirect_uri=https%3A%2F%2Fapp.example.com%2Fauth%2Ftiktok%2Fcallback`,
      ),
    ).resolves.toContain('code=');
  });
});

describe('what a page in a browser could send without asking first', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', undefined])(
    'a body of type %s is none, even with the bearer',
    async (type) => {
      const answer = await ask(await startWithControl(), { headers: { 'content-type': type } });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('application/json');
    },
  );

  test('a preflight gets no permission, and no answer at all has a CORS header', async () => {
    const emulator = await startWithControl();
    const preflight = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
      'access-control-request-private-network': 'true',
    };
    const answers = [
      await ask(emulator, { method: 'OPTIONS', headers: { ...preflight, authorization: undefined } }),
      await ask(emulator, { method: 'OPTIONS' }),
      await ask(emulator, { headers: { origin: 'http://localhost:3000' } }),
      await ask(emulator, { headers: { authorization: undefined } }),
      await ask(emulator),
      await ask(emulator, { path: '/nothing' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 405, 403, 401, 200, 404]);
    for (const { headers } of answers) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  test.each(['GET', 'PUT', 'DELETE', 'HEAD'])('%s is not allowed', async (method) => {
    const answer = await ask(await startWithControl(), { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST');
  });
});

describe('what is asked', () => {
  test.each([
    ['/count', '', 400, 'JSON object'],
    ['/count', '[]', 400, 'JSON object'],
    ['/count', '{', 400, 'JSON object'],
    ['/count', '{"op":"token"}', 400, 'count: the body has no \\"op\\"; it takes operation, grantType'],
    ['/count', '{"operation":"tokens"}', 400, 'count: operation is \\"tokens\\"; it takes one of authorize'],
    ['/requests', '{"status":"200"}', 400, 'requests: status is \\"200\\"'],
    ['/is-live', '{}', 400, 'is-live: token is undefined'],
    ['/fail', '{"matcher":"token","fault":"nonsense"}', 400, 'fault is \\"nonsense\\"'],
    ['/fault', '{"id":"fault-9"}', 400, 'fault: id is \\"fault-9\\"; it takes an id that'],
    ['/ban', '{"user":"nobody"}', 400, 'There is no user \\"nobody\\"'],
    ['/consent', '{"authorizationUrl":"/x"}', 400, 'authorizationUrl is \\"/x\\"; it takes an absolute URL'],
    ['/clock', '{"set":"soon"}', 400, 'clock: set is \\"soon\\"'],
    ['/clock', '{"advanceMs":1.5}', 400, 'clock: advanceMs is 1.5'],
    ['/tokens', '{"user":"minamakes","state":"dead"}', 400, 'state is \\"dead\\"; it takes \'live\''],
    ['/__proto__', '{}', 404, 'There is no such command; there are describe'],
    ['/count/', '{}', 404, 'no such command'],
    ['/count', `{"x":"${'x'.repeat(70_000)}"}`, 413, 'too large'],
  ])('%s %.40s: %d', async (path, body, status, message) => {
    const answer = await ask(await startWithControl(), { path, body });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(message);
  });
});

test('it closes with the emulator, and a port in use leaves neither behind', async () => {
  const emulator = await createEmulator({ control: true });
  const port = Number(new URL(emulator.control?.url ?? '').port);
  await expect(createEmulator({ control: { port } })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  await emulator.close();
  expect(await causeOf(fetch(`http://127.0.0.1:${port}/count`))).toBe('ECONNREFUSED');
  const again = await startEmulator({ control: { port } });
  expect(again.control?.url).toBe(`http://127.0.0.1:${port}`);
});
