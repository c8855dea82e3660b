import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactText } from './redact-text.js';
import { REDACTED } from './redacted.js';

const CANARY = 'c4n4ryS3cr3t';
const percent = (text: string): string => encodeURIComponent(text).replace(/!/g, '%21').replace(/\*/g, '%2A');

describe('redactText takes the secret out of', () => {
  it.each([
    // TikTok's own shapes.
    `act.${CANARY}!4521.e1`,
    `rft.${CANARY}!4521.e1`,
    `clt.${CANARY}`,
    `x=act.${CANARY}%214521.e1&y`,
    `act%2E${CANARY}`,
    `("act.${CANARY}")`,
    `to=https%3A%2F%2Fx%3Fa%3Dact.${CANARY}`,
    JSON.stringify(`first line\nact.${CANARY}`),
    JSON.stringify(`first line\nBearer ${CANARY}`),
    JSON.stringify(`first line\ncode=${CANARY}`),
    `exchanging ${CANARY}xyz*1!4608.va failed`,
    `exchanging ${CANARY}xyz%2A1%214608.va failed`,
    `exchanging ${CANARY}xyz*0%216410 failed`,
    `exchanging ${CANARY}xyz%252A1%25214608 failed`,
    // Headers.
    `authorization: Bearer ${CANARY}`,
    `Authorization: ${CANARY}`,
    `Authorization: Basic dXNlcjpwYXNz${CANARY}`,
    `the proxy wants Basic dXNlcjpwYXNz${CANARY}==`,
    `Authorization: Digest username="x", response="${CANARY}"`,
    `bearer ${CANARY}`,
    `Bearer act.${CANARY}`,
    `access_token: act.${CANARY}`,
    `auth=Bearer%20${CANARY}`,
    `auth=Bearer+${CANARY}`,
    `Cookie: sid=1; session=${CANARY}`,
    `set-cookie: sid=${CANARY}; HttpOnly`,
    `'x-api-key': '${CANARY}'`,
    // Forms and URLs.
    `client_key=awkey&client_secret=${CANARY}&grant_type=refresh_token`,
    `client_secret=${CANARY}`,
    `TIKTOK_CLIENT_SECRET=${CANARY}`,
    `refresh_token=${CANARY};`,
    `code_verifier=${CANARY}`,
    `https://app.example/callback?code=${CANARY}&state=s`,
    `https://app.example/callback?state=s&code=${CANARY}`,
    `/callback?code=${CANARY}#x`,
    `code=${CANARY}&grant_type=authorization_code`,
    `https://www.tiktok.com/?redirect=https%3A%2F%2Fapp%2Fcb%3Fcode%3D${CANARY}`,
    `https://www.tiktok.com/?redirect=https%3A%2F%2Fapp%2Fcb%3Fstate%3Ds%26code%3D${CANARY}%26x%3D1`,
    percent(percent(`https://app/cb?state=s&client_secret=${CANARY}&x=1`)),
    percent(percent(percent(`client_secret=${CANARY}`))),
    `redis://:${CANARY}@localhost:6379`,
    `redis://user:${CANARY}@localhost:6379/0`,
    // JSON, also inside strings of JSON, and what else prints objects.
    `{"access_token":"${CANARY}","expires_in":86400}`,
    `{ "access_token" : "${CANARY}" }`,
    JSON.stringify({ body: JSON.stringify({ refresh_token: CANARY }) }),
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ client_secret: CANARY }) }) }),
    JSON.stringify({ client_secret: `x"y\\z${CANARY}` }),
    JSON.stringify({ body: JSON.stringify({ client_secret: `x"y\\z${CANARY}` }) }),
    percent(JSON.stringify({ client_secret: CANARY })),
    `{"token":["x","${CANARY}"]}`,
    `{"tokens":["x","${CANARY}"]}`,
    `{"password":12345${CANARY}}`,
    `{"code":"${CANARY}","grant_type":"authorization_code"}`,
    `{"code":"Zx9${CANARY}aB3dE"}`,
    `["client_secret","${CANARY}"]`,
    JSON.stringify(JSON.stringify([['client_secret', CANARY]])),
    `{ access_token: '${CANARY}' }`,
    `{ 'client-secret' => "${CANARY}" }`,
    `{ clientSecret: \`${CANARY}\` }`,
    `access_token: ${CANARY}`,
    `client_secret = ${CANARY}`,
    `token= "access_token":"${CANARY}"`,
    `code= client_secret: ${CANARY}`,
    `{"url":"https://x/cb?state=s\\u0026code=${CANARY}"}`,
  ])('%s', (text) => {
    const redacted = redactText(text);
    expect(redacted).not.toContain(CANARY);
    expect(redacted).toContain(REDACTED);
    expect(redactText(redacted)).toBe(redacted);
  });
});

describe('redactText leaves as it is', () => {
  it.each([
    'The request parameters are malformed.',
    'Redirect_uri is not matched with the uri when requesting code.',
    'grant_type=refresh_token was refused with invalid_grant',
    'Refresh token is invalid or expired.',
    'invalid token: expired',
    'Client secret is missed in request.',
    'Code verifier or code challenge is invalid.',
    'the scope user.info.basic is missing',
    'the header must be Authorization: Bearer token',
    'Basic information about the account',
    'statusCode=200',
    'error code: 42P01',
    'failed with code: ECONNRESET, errno -104',
    'failed with code=invalid_grant',
    '["access_token","refresh_token","expires_in"]',
    'the token, a secret, and their code',
    '{"error":{"code":"access_token_invalid","message":"","log_id":"2026"}}',
    '{"code":"ok"}',
    "{ errno: -111, code: 'ECONNREFUSED', syscall: 'connect' }",
    'token_type=Bearer&expires_in=86400',
    '{"token_type":"Bearer","refresh_expires_in":31536000}',
    'code_challenge=13d31e96&code_challenge_method=S256',
    'GET /v2/user/info/?fields=open_id,display_name',
    'token=null&secret=undefined',
    '    at act (/app/src/act.ts:3:4)',
    '    at Object.<anonymous> (/app/node_modules/react/act.js:10:2)',
    '    at TokenStore.get (file:///app/node_modules/.pnpm/pino@10.0.0/token.js:12:3)',
    'https://developers.tiktok.com/doc/oauth-error-handling',
    'mail ann@example.com at 10:30',
    '7080213458555737986',
    'n*2!k is no code',
    'tt-1736159823400-9f2c1ab07d44',
    '',
  ])('%s', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

it('keeps what is beside a secret readable', () => {
  expect(redactText('client_key=awkey&client_secret=hunter2&grant_type=refresh_token')).toBe(
    'client_key=awkey&client_secret=[redacted]&grant_type=refresh_token',
  );
  expect(redactText('{"access_token":"act.1","refresh_token":"rft.2","expires_in":86400}')).toBe(
    '{"access_token":"[redacted]","refresh_token":"[redacted]","expires_in":86400}',
  );
  expect(redactText('https://x/?to=https%3A%2F%2Fapp%2Fcb%3Fcode%3Dabc%26state%3Ds&lang=en')).toBe(
    'https://x/?to=https%3A%2F%2Fapp%2Fcb%3Fcode%3D[redacted]%26state%3Ds&lang=en',
  );
  expect(redactText('sent act.1!2.e1, then rft.3')).toBe('sent act.[redacted], then rft.[redacted]');
});

it.each(['Bearer act.[redacted]', 'token: act.[redacted]', '"token":"act.[redacted]"', 'token=act.[redacted]&x'])(
  'does not grow what others redacted: %s',
  (text) => {
    const once = redactText(text);
    expect(once).not.toContain(']]');
    expect(redactText(once)).toBe(once);
  },
);

it('finds a secret in any company', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"', "'", '\\', '%', '=', ':', '&', '\n', ' ', 'token', 'code=', '{'),
  );
  const planted = fc.constantFrom(
    `rft.${CANARY}`,
    `Bearer ${CANARY}`,
    `&client_secret=${CANARY}&`,
    `?code=${CANARY}&`,
    `"access_token":"${CANARY}"`,
    `${CANARY}*0!6410`,
  );
  fc.assert(
    fc.property(noise, planted, noise, (before, secret, after) => {
      const redacted = redactText(`${before} ${secret} ${after}`);
      expect(redacted).not.toContain(CANARY);
      expect(redactText(redacted)).toBe(redacted);
    }),
    { numRuns: 500 },
  );
});

describe('the time is in proportion to the length', () => {
  const shapes: Record<string, (length: number) => string> = {
    'one letter': (n) => 'a'.repeat(n),
    'token beginnings': (n) => 'act.'.repeat(n / 4),
    'many tokens': (n) => 'act.x '.repeat(n / 6),
    'code beginnings': (n) => `${'a'.repeat(n - 3)}*1!`,
    'stars and digits': (n) => '*1'.repeat(n / 2),
    'stars in a word': (n) => 'abcdefgh*1!2'.repeat(n / 12),
    'bearers and spaces': (n) => `Bearer${' '.repeat(40)}`.repeat(n / 46),
    'basics and letters': (n) => 'Basic aaaaaaaa'.repeat(n / 14),
    'names without values': (n) => 'client_secret='.repeat(n / 14),
    'names with spaces': (n) => `token${' '.repeat(20)}`.repeat(n / 25),
    'opened quotes': (n) => 'token="'.repeat(n / 7),
    'quotes of every kind': (n) => 'token="token=\'token=`token=\\"token=%22token=%2522'.repeat(n / 50),
    'one opened quote': (n) => `token="${'x'.repeat(n)}`,
    backslashes: (n) => `token=${'\\'.repeat(n)}"`,
    'percent signs': (n) => '%25'.repeat(n / 3),
    'encoded names': (n) => 'token%253D'.repeat(n / 10),
    'lists without end': (n) => 'token:['.repeat(n / 7),
    cookies: (n) => 'cookie: '.repeat(n / 8),
    codes: (n) => 'code: x1Y2z3x1Y2z3x1Y2z3 '.repeat(n / 25),
    addresses: (n) => `${'://a:'.repeat(n / 5)}@`,
    'one long address': (n) => `://${'a'.repeat(n)}:b@`,
  };

  it.each(Object.entries(shapes))(
    '%s',
    (_name, shape) => {
      const [short, long] = [shape(8_000), shape(128_000)];
      // As much text in one piece as in sixteen takes as long, and would take sixteen times as long if it were a square.
      let ratio = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < 5 && ratio >= 6; attempt++) {
        ratio = Math.min(ratio, milliseconds(long, 1) / Math.max(milliseconds(short, 16), 0.5));
      }
      expect(ratio).toBeLessThan(6);
    },
    60_000,
  );

  /** Of processor time: on a busy machine the clock on the wall tells of the others too. */
  function milliseconds(text: string, times: number): number {
    const began = process.cpuUsage();
    for (let time = 0; time < times; time++) redactText(text);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  }
});
