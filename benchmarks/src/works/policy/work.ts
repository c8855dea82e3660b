import type { Comparison } from '../../work.js';

const METHOD = { kind: 'calls' } as const;
const OURS = '@tt/resilience';
const RETRIED = 'p-retry around opossum';
const OPOSSUM = 'opossum';
const BREAKER = '@tt/resilience, breaker alone';

export const policy: Comparison = {
  kind: 'comparison',
  name: 'policy',
  title: 'Policy',
  about: `Retry, circuit breaker and timeout around a call that does nothing, its await included: what they cost where nothing
goes wrong. And what an open breaker takes to refuse, until the caller has caught its error.`,
  cases: [
    {
      name: 'retry, breaker and timeout around nothing',
      method: METHOD,
      contenders: [
        { name: OURS, role: 'ours', packages: [OURS], load: async () => (await import('./tt-resilience.js')).stack },
        {
          name: '@tt/resilience, and a deadline',
          role: 'ours',
          packages: [],
          note: 'over all attempts, which none of the peers has.',
          load: async () => (await import('./tt-resilience.js')).stackWithDeadline,
        },
        {
          name: RETRIED,
          role: 'peer',
          packages: ['p-retry', 'opossum'],
          load: async () => (await import('./opossum.js')).underRetry,
        },
        {
          name: 'cockatiel',
          role: 'peer',
          packages: ['cockatiel'],
          load: async () => (await import('./cockatiel.js')).stack,
        },
        {
          name: OPOSSUM,
          role: 'peer',
          packages: ['opossum'],
          note: 'breaker and timeout, no retry.',
          load: async () => (await import('./opossum.js')).breaker,
        },
        { name: 'await', role: 'floor', packages: [], load: async () => (await import('./by-hand.js')).awaited },
      ],
      aims: [{ kind: 'at most', ours: OURS, times: 0.5, than: RETRIED, metric: 'time' }],
    },
    {
      name: 'an open breaker refuses',
      method: METHOD,
      contenders: [
        {
          name: BREAKER,
          role: 'ours',
          packages: [OURS],
          load: async () => (await import('./tt-resilience.js')).refusingBreaker,
        },
        {
          name: '@tt/resilience, retry, breaker and timeout',
          role: 'ours',
          packages: [],
          load: async () => (await import('./tt-resilience.js')).refusingStack,
        },
        {
          name: OPOSSUM,
          role: 'peer',
          packages: ['opossum'],
          load: async () => (await import('./opossum.js')).refusing,
        },
        {
          name: RETRIED,
          role: 'peer',
          packages: ['p-retry', 'opossum'],
          load: async () => (await import('./opossum.js')).refusingUnderRetry,
        },
        {
          name: 'cockatiel, breaker alone',
          role: 'peer',
          packages: ['cockatiel'],
          load: async () => (await import('./cockatiel.js')).refusing,
        },
      ],
      aims: [{ kind: 'at most', ours: BREAKER, times: 1, than: OPOSSUM, metric: 'time' }],
    },
  ],
};
