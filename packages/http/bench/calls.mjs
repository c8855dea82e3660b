/**
 * What a code exchange costs beside one on bare `node:http` and on undici's `Pool.request`: processor time of this
 * process for a call over loopback, the server being another process. Run it with `npm run bench`, after a build. Rounds
 * of all contestants alternate and the best of each counts, since other programs run beside it.
 */
import { fork } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { createTikTokHttp, schema } from '@tt/http';
import { createLogger } from '@tt/logger';
import { createCircuitBreaker, createPolicy, createRetry } from '@tt/resilience';
import { Pool } from 'undici';

const server = fork(fileURLToPath(new URL('answering-server.mjs', import.meta.url)));
const [{ port }] = await once(server, 'message');
const origin = `http://127.0.0.1:${port}`;
const path = '/v2/oauth/token/';
const form = {
  client_key: 'awbenchmarkclient',
  client_secret: 'a-secret-of-a-usual-length-0123456789',
  grant_type: 'authorization_code',
  code: 'abcdefghijklmnopqrstuvwxyz0123456789*1!4608.va',
  redirect_uri: 'https://app.example.com/auth/tiktok/callback',
};
const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };

const agent = new http.Agent({ keepAlive: true });
const pool = new Pool(origin, { connections: 1 });

function bareNode() {
  const body = new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method: 'POST', agent };
    const request = http.request({ ...options, headers: { ...headers, 'content-length': body.length } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()).access_token));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function barePool() {
  const body = new URLSearchParams(form).toString();
  const response = await pool.request({ path, method: 'POST', headers, body });
  return (await response.body.json()).access_token;
}

const tokens = schema.object({
  access_token: schema.text(),
  expires_in: schema.integer({ min: 1 }),
  refresh_token: schema.text(),
  refresh_expires_in: schema.orAbsent(schema.integer({ min: 1 })),
  open_id: schema.text(),
  scope: schema.optional(schema.text()),
  token_type: schema.text(),
});
const exchange = { operation: 'token.exchange', method: 'POST', path, form, shape: 'oauth', schema: tokens };

/** Everything on: deadline, retry, breaker, attempt timeout, logger and validation. */
function ours(options) {
  const policy = createPolicy({
    deadlineMs: 30_000,
    timeoutMs: 8_000,
    retry: createRetry(),
    breaker: createCircuitBreaker(),
  });
  const logger = createLogger({ level: 'INFO', output: 'json', destination: { write() {} } });
  const client = createTikTokHttp({ baseUrl: origin, policy, logger, ...options });
  return async () => (await client.send(exchange)).data.access_token;
}

const onNode = ours({});
const OBSERVED = '@tt/http, observed';
const listener = () => {};

const contestants = {
  'node:http': bareNode,
  '@tt/http': onNode,
  // With somebody who hears the events and does nothing with them.
  [OBSERVED]: onNode,
  'Pool.request': barePool,
  '@tt/http, dispatcher': ours({ dispatcher: pool }),
};

const CALLS = 400;
const ROUNDS = 80;
const best = {};

async function measure() {
  for (const [name, call] of Object.entries(contestants)) {
    if (name === OBSERVED) subscribe('tt:http', listener);
    const began = process.cpuUsage();
    for (let i = 0; i < CALLS; i++) await call();
    const { user, system } = process.cpuUsage(began);
    if (name === OBSERVED) unsubscribe('tt:http', listener);
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, (user + system) / CALLS);
  }
}

for (let round = 0; round < ROUNDS; round++) {
  await measure();
  // The first rounds are the compiler's.
  if (round === 9) for (const name of Object.keys(best)) delete best[name];
}
const ratios = {
  'to node:http': best['@tt/http'] / best['node:http'],
  'to Pool.request': best['@tt/http, dispatcher'] / best['Pool.request'],
};
process.stdout.write(`Node ${process.versions.node}, microseconds of processor time a call\n`);
for (const [name, us] of Object.entries(best))
  process.stdout.write(`${name.padEnd(22)} ${us.toFixed(1).padStart(6)}\n`);
for (const [name, ratio] of Object.entries(ratios))
  process.stdout.write(`${name.padEnd(22)} ${ratio.toFixed(2).padStart(6)}\n`);
process.exit();
