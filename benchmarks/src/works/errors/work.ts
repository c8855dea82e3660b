import type { Comparison, Contender } from '../../work.js';

const METHOD = { kind: 'calls' } as const;
const OURS = '@tt/errors';
const FLOOR = 'a class with eight fields and a cause';

function contenders(which: 'made' | 'serialised'): readonly Contender[] {
  return [
    {
      name: OURS,
      role: 'ours',
      packages: [OURS],
      note: 'reads the envelope, looks the code up, has fourteen fields, and redacts every text in it.',
      load: async () => (await import('./tt-errors.js')).subjects[which],
    },
    {
      name: 'VError',
      role: 'peer',
      packages: ['verror'],
      load: async () => (await import('./verror.js')).subjects[which],
    },
    ...(which === 'made' ? [] : [BY_PINO]),
    { name: FLOOR, role: 'floor', packages: [], load: async () => (await import('./by-hand.js')).subjects[which] },
  ];
}

const BY_PINO: Contender = {
  name: "pino's serializer",
  role: 'peer',
  packages: ['pino'],
  note: 'of the error by hand.',
  load: async () => (await import('./by-hand.js')).serialisedByPino,
};

export const errors: Comparison = {
  kind: 'comparison',
  name: 'error',
  title: 'Error',
  about: `An error made from what TikTok answered, an API envelope with status 401 and another log id each time, with a cause; and its JSON for a log line,
stack and cause included. What is serialised was made before, and its stack had been read once.`,
  cases: [
    {
      name: 'made',
      method: METHOD,
      contenders: contenders('made'),
      aims: [{ kind: 'at most', ours: OURS, times: 1.3, than: FLOOR, metric: 'time' }],
    },
    {
      name: 'serialised',
      method: METHOD,
      contenders: contenders('serialised'),
      aims: [{ kind: 'at most', ours: OURS, times: 1.5, than: FLOOR, metric: 'time' }],
    },
  ],
};
