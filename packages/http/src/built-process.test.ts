import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CERTIFICATE, PRIVATE_KEY } from './testing/certificate.js';
import { json, startServer, type TestServer } from './testing/server.js';

/** What people install, as the build left it; the build runs before the tests. */
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const undici = fileURLToPath(import.meta.resolve('undici'));

let folder = '';
let server: TestServer | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tt-http-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => server?.close());

const SEND = `
  const request = { operation: 'user.info', method: 'GET', path: '/v2/user/info/', shape: 'oauth' };
  const send = (options) => {
    const http = createTikTokHttp({ baseUrl: process.env.BASE_URL, ...options });
    return http.send(request).then(({ data }) => data, (error) => error.code).finally(() => http.close());
  };`;

/** Runs a program in a process of its own, which must end by itself; gives the JSON that it prints. */
async function run(name: string, program: string, env: Record<string, string>): Promise<unknown> {
  const file = join(folder, name);
  writeFileSync(file, program);
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    timeout: 30_000,
  });
  return JSON.parse(stdout);
}

/** The files whose code ran in a process, as V8 recorded them. */
function filesRunIn(coverage: string): string[] {
  return readdirSync(coverage).flatMap((file): string[] =>
    JSON.parse(readFileSync(join(coverage, file), 'utf8')).result.map(({ url }: { url: string }) => url),
  );
}

describe('in a process of its own', () => {
  const PROGRAM = `
    const before = { fetch, descriptor: Object.getOwnPropertyDescriptor(globalThis, 'fetch') };
    const globals = Object.getOwnPropertyNames(globalThis);
    LOAD
    ${SEND}
    async function main() {
      const data = [await send(), await send()];
      const after = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
      const untouched = {
        same: globalThis.fetch === before.fetch,
        descriptor: after.get === before.descriptor.get && after.value === before.descriptor.value,
        dispatcher: Object.getOwnPropertySymbols(globalThis).filter((symbol) => String(symbol).includes('undici')).length,
        globals: Object.getOwnPropertyNames(globalThis).filter((name) => !globals.includes(name)),
        builtInLoaded: process.moduleLoadList.includes('NativeModule internal/deps/undici/undici'),
      };
      // And it works as ever.
      const fetched = await (await fetch(process.env.BASE_URL)).json();
      console.log(JSON.stringify({ data, untouched, fetched }));
    }
    main();`;

  it.each([
    ['program.mjs', `const { createTikTokHttp } = await import(${JSON.stringify(join(dist, 'index.js'))});`],
    ['program.cjs', `const { createTikTokHttp } = require(${JSON.stringify(join(dist, 'index.cjs'))});`],
  ])('loading and using the package leaves the built-in fetch alone (%s)', async (name, load) => {
    server = await startServer((_request, response) => json(response, 200, { a: 1 }));
    const coverage = join(folder, `coverage-${name}`);
    const output = await run(name, PROGRAM.replace('LOAD', load), {
      BASE_URL: server.url,
      NODE_V8_COVERAGE: coverage,
    });
    expect(output).toEqual({
      data: [{ a: 1 }, { a: 1 }],
      untouched: { same: true, descriptor: true, dispatcher: 0, globals: [], builtInLoaded: false },
      fetched: { a: 1 },
    });
    const files = filesRunIn(coverage);
    expect(files.some((file) => file.includes('/packages/http/dist/'))).toBe(true);
    // Node's own ran too, at the end, for the fetch of this test.
    expect(files.filter((file) => file.includes('undici') && !file.startsWith('node:'))).toEqual([]);
  });
});

it('a connection that is kept keeps no process alive', async () => {
  server = await startServer((_request, response) => json(response, 200, { a: 1 }));
  const program = `
    import { createTikTokHttp } from ${JSON.stringify(join(dist, 'index.js'))};
    ${SEND}
    const http = createTikTokHttp({ baseUrl: process.env.BASE_URL });
    await http.send(request);
    const began = performance.now();
    process.on('exit', () => console.log(JSON.stringify(performance.now() - began < 3_000)));`;
  expect(await run('idle.mjs', program, { BASE_URL: server.url })).toBe(true);
});

describe('over TLS', () => {
  async function overTls(env: Record<string, string>): Promise<unknown> {
    const secure = https.createServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (_request, response) =>
      json(response, 200, { a: 1 }),
    );
    let connections = 0;
    secure.on('secureConnection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const program = `
      import { createTikTokHttp } from ${JSON.stringify(join(dist, 'index.js'))};
      ${SEND}
      const own = createTikTokHttp({ baseUrl: process.env.BASE_URL });
      const node = [];
      for (let i = 0; i < 3; i++) node.push(await own.send(request).then(({ data }) => data, (error) => error.code));
      own.close();
      const fetched = await send({ fetch });
      const { Agent } = (await import(${JSON.stringify(undici)})).default;
      const dispatcher = new Agent();
      const dispatched = await send({ dispatcher });
      await dispatcher.destroy();
      console.log(JSON.stringify({ node, fetched, dispatched }));
      process.exit();`;
    try {
      const baseUrl = `https://localhost:${(secure.address() as AddressInfo).port}`;
      const output = await run('tls.mjs', program, { BASE_URL: baseUrl, ...env });
      return { output, connections };
    } finally {
      secure.closeAllConnections();
      secure.close();
    }
  }

  it('sends where the certificate is trusted, and keeps its connection', async () => {
    const trusted = join(folder, 'trusted.pem');
    writeFileSync(trusted, CERTIFICATE);
    expect(await overTls({ NODE_EXTRA_CA_CERTS: trusted })).toEqual({
      output: { node: [{ a: 1 }, { a: 1 }, { a: 1 }], fetched: { a: 1 }, dispatched: { a: 1 } },
      connections: 3,
    });
  });

  it('sends nothing where it is not', async () => {
    const refused = 'DEPTH_ZERO_SELF_SIGNED_CERT';
    const { output } = (await overTls({})) as { output: unknown };
    expect(output).toEqual({ node: [refused, refused, refused], fetched: refused, dispatched: refused });
  });
});
