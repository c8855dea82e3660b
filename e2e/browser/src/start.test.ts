import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_ENTRY, startDemo } from './demo-process.js';

let busy: Server;
let port: number;

beforeAll(async () => {
  busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const address = busy.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});

afterAll(() => void busy.close());

/** Starts a demo that is expected to give up, and tells how it did. */
async function failToStart(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [DEMO_ENTRY], {
    env: { PATH: process.env.PATH ?? '', ...env },
    timeout: 15_000,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

describe('a demo that cannot start', () => {
  it.each([
    ['a busy port', () => ({ PORT: String(port) }), /Port \d+ is in use\. Free it, or choose another/],
    ['a key without its secret', () => ({ TIKTOK_CLIENT_KEY: 'aw' }), /TIKTOK_CLIENT_SECRET is missing/],
    ['a malformed port', () => ({ PORT: 'http' }), /PORT is "http"; expected a number/],
    ['Redis without a key', () => ({ REDIS_URL: 'redis://127.0.0.1' }), /TOKEN_ENCRYPTION_KEY is missing/],
    ['an address that is not of this machine', () => ({ PORT: '0', HOST: '192.0.2.1' }), /192\.0\.2\.1/],
  ])('with %s it says so in one line, and ends', async (_name, env, message) => {
    const { code, said } = await failToStart(env());
    expect(said).toMatch(message);
    expect(said.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });
});

it.each(['0.0.0.0', '127.0.0.1'])('with HOST=%s it serves on localhost', async (HOST) => {
  const demo = await startDemo({ PORT: '0', HOST });
  expect((await fetch(demo.url)).status).toBe(200);
  await expect(demo.interrupt()).resolves.toBe(0);
});
