import { serveProgram } from '../../harness/serve-program.js';
import { type Aim, BEST_PEER, type Case, type Comparison, type Contender } from '../../work.js';

const OURS = '@tt/oauth';
const OURS_DISPATCHER = '@tt/oauth, with a dispatcher';
const HTTP = '@tt/http';
const HTTP_DISPATCHER = '@tt/http, with a dispatcher';
const NODE = 'node:http, keep-alive';
const POOL = "undici's Pool.request";
const FETCH_BASED = ['arctic', 'openid-client', 'fetch'] as const;

const contenders: readonly Contender[] = [
  {
    name: OURS,
    role: 'ours',
    packages: [OURS],
    note: '`exchangeCodeForTokens`: deadline, retry, breaker, timeout, a log line, validation, and the tokens stored.',
    load: async () => (await import('./tt-oauth.js')).byDefault,
  },
  {
    name: OURS_DISPATCHER,
    role: 'ours',
    packages: ['undici'],
    load: async () => (await import('./tt-oauth.js')).withDispatcher,
  },
  {
    name: HTTP,
    role: 'ours',
    packages: [HTTP],
    note: 'the same request without what @tt/oauth does with the tokens.',
    load: async () => (await import('./tt-http.js')).byDefault,
  },
  {
    name: '@tt/http, observed',
    role: 'ours',
    packages: [],
    note: 'with somebody who listens to `tt:http`.',
    load: async () => (await import('./tt-http.js')).observed,
  },
  {
    name: HTTP_DISPATCHER,
    role: 'ours',
    packages: ['undici'],
    load: async () => (await import('./tt-http.js')).withDispatcher,
  },
  {
    name: 'arctic',
    role: 'peer',
    packages: ['arctic'],
    note: 'on `fetch`; no timeout, no retry, no breaker, no log.',
    load: async () => (await import('./arctic.js')).exchange,
  },
  {
    name: 'openid-client',
    role: 'peer',
    packages: ['openid-client'],
    note: 'on `fetch`; validates the answer and has a timeout; no retry, no breaker, no log.',
    load: async () => (await import('./openid-client.js')).exchange,
  },
  {
    name: 'simple-oauth2',
    role: 'peer',
    packages: ['simple-oauth2'],
    note: 'on `node:http`; no retry, no breaker, no log.',
    load: async () => (await import('./simple-oauth2.js')).exchange,
  },
  {
    name: 'passport-tiktok-auth',
    role: 'peer',
    packages: ['passport-tiktok-auth'],
    note: 'on `node:http`; no timeout, no retry, no breaker, no log; takes any answer with an access token.',
    load: async () => (await import('./passport-tiktok-auth.js')).exchange,
  },
  {
    name: 'fetch',
    role: 'peer',
    packages: [],
    note: "Node's own, and nothing around it.",
    load: async () => (await import('./by-hand.js')).bareFetch,
  },
  { name: NODE, role: 'floor', packages: [], load: async () => (await import('./by-hand.js')).nodeHttp },
  { name: POOL, role: 'floor', packages: ['undici'], load: async () => (await import('./by-hand.js')).undiciPool },
];

/** The same for the request alone as for the whole of it. */
const aims = [
  { byDefault: HTTP, withDispatcher: HTTP_DISPATCHER },
  { byDefault: OURS, withDispatcher: OURS_DISPATCHER },
].flatMap(({ byDefault, withDispatcher }): readonly Aim[] => [
  { kind: 'at most', ours: byDefault, times: 1.35, than: NODE, metric: 'cpu' },
  { kind: 'at most', ours: withDispatcher, times: 1.6, than: POOL, metric: 'cpu' },
  ...FETCH_BASED.map((than): Aim => ({ kind: 'faster', ours: byDefault, times: 4, than, metric: 'cpu' })),
  { kind: 'faster', ours: withDispatcher, times: 1, than: BEST_PEER, metric: 'cpu' },
]);

function exchanges(name: string, inFlight: number): Case {
  return { name, method: { kind: 'requests', inFlight, compared: 'cpu' }, contenders, aims };
}

export const codeExchange: Comparison = {
  kind: 'comparison',
  name: 'code-exchange',
  title: 'Code exchange',
  about: `An authorization code exchanged for tokens over plain HTTP on loopback. The server is another process and answers
everybody alike, at once; compared is the processor time of the client's process, which is what an application pays. It has
no TLS, so that what the libraries do themselves is not hidden behind it.`,
  cases: [exchanges('one after another', 1), exchanges('50 at once', 50)],
  async serve() {
    const { address, stop } = await serveProgram('token-server');
    return { services: { origin: `${address}` }, stop };
  },
};
