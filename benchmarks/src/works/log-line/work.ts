import type { Comparison, Contender } from '../../work.js';

const METHOD = { kind: 'calls' } as const;
const OURS = '@tt/logger';
const REDACTING = 'pino with redact';
const ANYWHERE = 'pino with redact, wildcards';

function contenders(which: 'secret' | 'plain' | 'suppressed'): readonly Contender[] {
  return [
    { name: OURS, role: 'ours', packages: [OURS], load: async () => (await import('./tt-logger.js')).subjects[which] },
    {
      name: REDACTING,
      role: 'peer',
      packages: ['pino'],
      note: 'told the exact paths of the secrets in these lines; ours looks at every name and at the shape of every value.',
      load: async () => (await import('./pino.js')).exact[which],
    },
    {
      name: ANYWHERE,
      role: 'peer',
      packages: ['pino'],
      note: 'told four names at two depths.',
      load: async () => (await import('./pino.js')).anywhere[which],
    },
    {
      name: 'winston, formats for the same',
      role: 'peer',
      packages: ['winston'],
      load: async () => (await import('./winston.js')).subjects[which],
    },
    {
      name: 'pino',
      role: 'floor',
      packages: ['pino'],
      note: 'redacts nothing and knows of no surrounding request: the caller says the correlation id.',
      load: async () => (await import('./pino.js')).byHand[which],
    },
  ];
}

const aims = [REDACTING, ANYWHERE].map(
  (than) => ({ kind: 'at most', ours: OURS, times: 1.5, than, metric: 'time' }) as const,
);

export const logLine: Comparison = {
  kind: 'comparison',
  name: 'log-line',
  title: 'Log line',
  about: `One line of JSON to a destination that throws it away, with the correlation id of the surrounding request. Each
line is looked at before and after measuring: the fields and the id are in it, the secret is not.`,
  cases: [
    { name: 'a secret among the fields', method: METHOD, contenders: contenders('secret'), aims },
    { name: 'five plain fields', method: METHOD, contenders: contenders('plain'), aims },
    { name: 'a suppressed line', method: METHOD, contenders: contenders('suppressed'), aims },
  ],
};
