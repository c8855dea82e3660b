/**
 * TikTok as `@tt/emulator` plays it, in a process of its own, which answers as late as a service far away does; and beside
 * it, under another address, as many authorization codes as one asks for.
 */
import { createServer } from 'node:http';
import { createEmulator } from '@tt/emulator';
import { clientKey, clientSecret, redirectUri } from '../client.js';
import { DELAYS } from './delays.js';

const emulator = await createEmulator({
  clients: [{ clientKey, clientSecret, redirectUris: [redirectUri] }],
  rateLimits: 'off',
});
for (const operation of ['token', 'user_info'] as const) {
  for (const { delayMs, probability } of DELAYS) {
    emulator.fail(operation, { kind: 'slow_headers', delayMs }, probability === 1 ? {} : { probability });
  }
}

const authorize = new URL('/v2/auth/authorize/', emulator.url);
authorize.search = new URLSearchParams({
  ...{ client_key: clientKey, redirect_uri: redirectUri, response_type: 'code', scope: 'user.info.basic' },
  state: 's'.repeat(64),
}).toString();

const codes = createServer((request, response) => {
  void makeCodes(Number(request.url?.slice(1))).then((made) => response.end(JSON.stringify(made)));
});
codes.listen(0, '127.0.0.1', () => {
  const address = codes.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.send?.({ origin: emulator.url, codes: `http://127.0.0.1:${port}` });
});
process.once('disconnect', () => process.exit());

async function makeCodes(count: number): Promise<readonly string[]> {
  const made: string[] = [];
  while (made.length < count) {
    const callback = new URL(await emulator.consent(authorize));
    made.push(callback.searchParams.get('code') ?? '');
  }
  return made;
}
