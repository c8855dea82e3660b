import { DELAYS } from '../../emulator-server/delays.js';
import { serveProgram } from '../../harness/serve-program.js';
import type { Services } from '../../harness/subject.js';
import type { Aim, Case, Comparison, Contender } from '../../work.js';

const MS = 1e6;

interface Promised {
  readonly name: string;
  /** Average, p95 and p99, in milliseconds. */
  readonly limits: readonly [number, number, number];
  readonly load: Contender['load'];
}

const inMemory: readonly Promised[] = [
  {
    name: 'getAuthorizationUrl',
    limits: [10, 20, 50],
    load: async () => (await import('./tt-oauth.js')).authorizationUrl,
  },
  {
    name: 'getValidToken, cached',
    limits: [5, 10, 20],
    load: async () => (await import('./tt-oauth.js')).cachedToken,
  },
];

const overTheNetwork: readonly Promised[] = [
  {
    name: 'exchangeCodeForTokens',
    limits: [200, 500, 1_000],
    load: async () => (await import('./tt-oauth.js')).exchange,
  },
  { name: 'getUserInfo', limits: [150, 300, 600], load: async () => (await import('./tt-oauth.js')).userInfo },
];

function caseOf(name: string, inFlight: number, promised: readonly Promised[]): Case {
  return {
    name,
    // Each takes as long as the answer; what a cold process adds is small beside that.
    method: { kind: 'requests', inFlight, compared: 'average', warmUpRequests: 500 },
    contenders: promised.map(({ name: method, load }) => ({ name: method, role: 'ours', packages: [], load })),
    columns: ['average', 'p95', 'p99'],
    aims: promised.flatMap(({ name: ours, limits: [average, p95, p99] }): Aim[] => [
      { kind: 'limit', ours, most: average * MS, metric: 'average' },
      { kind: 'limit', ours, most: p95 * MS, metric: 'p95' },
      { kind: 'limit', ours, most: p99 * MS, metric: 'p99' },
    ]),
  };
}

const [slowest, slow, usual] = DELAYS;

export const promises: Comparison = {
  kind: 'comparison',
  name: 'promises',
  title: 'What was promised',
  about: `The four calls whose speed was promised, with everything on. TikTok is [the emulator](../packages/emulator), in a
process of its own. It answers after ${usual.delayMs} ms, one time in twenty after ${slow.delayMs}, one in a hundred after ${slowest.delayMs}: an
assumption, of the size of a round trip to another continent and a service behind it. What is above that is ours.`,
  cases: [caseOf('in memory', 1, inMemory), caseOf('over the network, 50 at once', 50, overTheNetwork)],
  async serve() {
    const { address, stop } = await serveProgram('emulator-server');
    const services: Services = Object(address);
    return { services, stop };
  },
};
