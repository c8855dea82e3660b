import { parseArgs } from 'node:util';

/** What `npm run simulate` is told. */
export interface Arguments {
  /** The first seed. */
  readonly seed: number;
  readonly accounts: number;
  /** How many seeds, counted from the first. */
  readonly seeds: number;
  readonly days: number;
}

const DEFAULTS: Arguments = { seed: 0, accounts: 200, seeds: 50, days: 365 };

export const USAGE = `usage: npm run simulate -- [--seed S] [--accounts N] [--seeds N] [--days N]

  --seed      the first seed (default ${DEFAULTS.seed})
  --seeds     how many seeds, counted from the first (default ${DEFAULTS.seeds}; 1 where --seed is given)
  --accounts  how many people sign in (default ${DEFAULTS.accounts})
  --days      how long a run lasts (default ${DEFAULTS.days})`;

/** @throws TypeError naming the argument that is wrong. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      accounts: { type: 'string' },
      days: { type: 'string' },
    },
  });
  return {
    seed: whole('--seed', values.seed, { least: 0, otherwise: DEFAULTS.seed }),
    seeds: whole('--seeds', values.seeds, { least: 1, otherwise: values.seed === undefined ? DEFAULTS.seeds : 1 }),
    accounts: whole('--accounts', values.accounts, { least: 1, otherwise: DEFAULTS.accounts }),
    days: whole('--days', values.days, { least: 1, otherwise: DEFAULTS.days }),
  };
}

function whole(
  name: string,
  text: string | undefined,
  { least, otherwise }: { readonly least: number; readonly otherwise: number },
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`${name} is ${JSON.stringify(text)}; expected a whole number of at least ${least}`);
}
