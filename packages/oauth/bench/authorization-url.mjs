/**
 * What an authorization URL costs, as an application asks for it. Run it with `npm run bench`, after a build. It prints
 * the best of many rounds, since other programs run beside it.
 */
import { createTikTokOAuth } from '@tt/oauth';

const options = {
  clientKey: 'awxxxxxxxxxxxxxxxx',
  clientSecret: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  redirectUri: 'https://app.example/auth/tiktok/callback',
  logger: { debug() {}, info() {}, warn() {}, error() {}, child: () => options.logger },
};
const plain = createTikTokOAuth(options);
const hex = createTikTokOAuth({ ...options, pkce: 'hex' });
const base64url = createTikTokOAuth({ ...options, pkce: 'base64url' });
const lists = [['user.info.basic'], ['user.info.basic', 'video.upload', 'video.list']];

const cases = {
  'state only': () => plain.getAuthorizationUrl(),
  'state only, three scopes': () => plain.getAuthorizationUrl(lists[1]),
  'state only, scopes that change': (call) => plain.getAuthorizationUrl(lists[call % 2]),
  'PKCE, hex': () => hex.getAuthorizationUrl(),
  'PKCE, base64url': () => base64url.getAuthorizationUrl(),
};

const CALLS = 5_000;
const ROUNDS = 60;

process.stdout.write(`Node ${process.versions.node}, nanoseconds a URL\n`);
for (const [name, run] of Object.entries(cases)) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const began = process.hrtime.bigint();
    for (let call = 0; call < CALLS; call++) await run(call);
    best = Math.min(best, Number(process.hrtime.bigint() - began) / CALLS);
  }
  process.stdout.write(`${name.padEnd(32)} ${best.toFixed(0).padStart(6)}\n`);
}
await Promise.all([plain.close(), hex.close(), base64url.close()]);
