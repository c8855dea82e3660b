// @ts-check
// How fast the built emulator starts and answers. Run it after a build: pnpm measure
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const CONNECTIONS = 32;
const SECONDS = 3;
const STARTS = 200;

/** @typedef {{ url: string, method: string, headers: Record<string, string>, body?: string }} Shot */

if (process.send === undefined) await measure();
else process.on('message', (shot) => shoot(/** @type {Shot} */ (shot)));

async function measure() {
  const begin = performance.now();
  const { createEmulator } = await import('../dist/index.js');
  const imported = performance.now() - begin;

  /** @type {number[]} */
  const starts = [];
  for (let time = 0; time < STARTS; time++) {
    const before = performance.now();
    const emulator = await createEmulator();
    starts.push(performance.now() - before);
    await emulator.close();
  }
  const [first = 0, ...rest] = starts;
  rest.sort((left, right) => left - right);
  const at = (/** @type {number} */ share) => rest[Math.floor(rest.length * share)] ?? 0;

  const emulator = await createEmulator({ rateLimits: 'off' });
  const [{ clientKey, clientSecret }] = emulator.clients;
  const callback = new URL(
    await emulator.consent(
      `${emulator.url}/v2/auth/authorize/?${new URLSearchParams({
        client_key: clientKey,
        response_type: 'code',
        scope: 'user.info.basic,video.list',
        redirect_uri: 'https://app.example.com/auth/tiktok/callback',
        state: 's',
      })}`,
    ),
  );
  const form = (/** @type {Record<string, string>} */ fields) =>
    new URLSearchParams({ client_key: clientKey, client_secret: clientSecret, ...fields }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const exchanged = await emulator.fetch(`${emulator.url}/v2/oauth/token/`, {
    method: 'POST',
    headers,
    body: form({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: 'https://app.example.com/auth/tiktok/callback',
    }),
  });
  const tokens = /** @type {{ access_token: string, refresh_token: string }} */ (await exchanged.json());
  const authorization = `Bearer ${tokens.access_token}`;
  /** @type {Record<string, Shot>} */
  const shots = {
    'user info': {
      url: `${emulator.url}/v2/user/info/?fields=open_id,display_name`,
      method: 'GET',
      headers: { authorization },
    },
    'video list': {
      url: `${emulator.url}/v2/video/list/?fields=id,title,create_time`,
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{"max_count":20}',
    },
    'client token': {
      url: `${emulator.url}/v2/oauth/token/`,
      method: 'POST',
      headers,
      body: form({ grant_type: 'client_credentials' }),
    },
  };

  say(`Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown processor'}`);
  say(`import            ${imported.toFixed(1)} ms`);
  say(`first start       ${first.toFixed(1)} ms`);
  say(`later starts      median ${at(0.5).toFixed(2)} ms, 99 % under ${at(0.99).toFixed(2)} ms`);
  for (const [name, shot] of Object.entries(shots)) {
    say(`${name.padEnd(17)} ${perSecond(await overSocket(shot))} over ${CONNECTIONS} connections`);
  }
  for (const [name, { url, ...init }] of Object.entries(shots)) {
    say(`${name.padEnd(17)} ${perSecond(await inProcess(() => emulator.fetch(url, init)))} by emulator.fetch`);
  }
  let { refresh_token: refreshToken } = tokens;
  const refreshes = await inProcess(async () => {
    const body = form({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const response = await emulator.fetch(`${emulator.url}/v2/oauth/token/`, { method: 'POST', headers, body });
    ({ refresh_token: refreshToken } = /** @type {typeof tokens} */ (await response.json()));
    return response;
  });
  say(`${'refresh'.padEnd(17)} ${perSecond(refreshes)} by emulator.fetch, one after the other`);
  await emulator.close();
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** @param {number} count */
function perSecond(count) {
  return `${Math.round(count / SECONDS).toLocaleString('en')} requests/s`;
}

/**
 * Asks from another process, so that the client's work is not counted as the emulator's.
 *
 * @param {Shot} shot
 * @returns {Promise<number>}
 */
async function overSocket(shot) {
  const child = fork(fileURLToPath(import.meta.url));
  child.send(shot);
  const [count] = await once(child, 'message');
  child.disconnect();
  return Number(count);
}

/** @param {() => Promise<Response>} ask */
async function inProcess(ask) {
  const end = performance.now() + SECONDS * 1_000;
  let count = 0;
  while (performance.now() < end) {
    const response = await ask();
    if (response.status !== 200) throw new Error(`answered ${response.status}`);
    if (!response.bodyUsed) await response.arrayBuffer();
    count += 1;
  }
  return count;
}

/** @param {Shot} shot */
async function shoot({ url, method, headers, body }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let count = 0;
  const ask = () =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const sent = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const run = async (/** @type {number} */ end) => {
    while (performance.now() < end) {
      if ((await ask()) !== 200) throw new Error('not answered with 200');
      count += 1;
    }
  };
  const volley = (/** @type {number} */ ms) => {
    const end = performance.now() + ms;
    return Promise.all(Array.from({ length: CONNECTIONS }, () => run(end)));
  };
  await volley(500);
  count = 0;
  await volley(SECONDS * 1_000);
  agent.destroy();
  process.send?.(count);
}
