import { parseArgs } from 'node:util';
import type { RaceOptions } from './race.js';

/** What `npm run race` is told. */
export type Arguments = RaceOptions & { /** How many seeds, counted from the first. */ readonly seeds: number };

const DEFAULTS = { seed: 0, seeds: 1, processes: 4, accounts: 1_000, seconds: 120 } satisfies Arguments;

export const USAGE = `usage: npm run race -- [--seed S] [--seeds N] [--processes N] [--accounts N] [--seconds N]

  --seed       the first seed (default ${DEFAULTS.seed})
  --seeds      how many seeds, counted from the first (default ${DEFAULTS.seeds})
  --processes  how many processes hammer (default ${DEFAULTS.processes})
  --accounts   how many accounts they share (default ${DEFAULTS.accounts})
  --seconds    how long they do (default ${DEFAULTS.seconds})`;

/** @throws TypeError naming the argument that is wrong. */
export function readArguments(args: readonly string[]): Arguments {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { seed: text, seeds: text, processes: text, accounts: text, seconds: text },
  });
  const whole = (name: keyof Arguments, least: number): number => {
    const given = values[name];
    if (given === undefined) return DEFAULTS[name];
    const value = Number(given);
    if (given.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new TypeError(`--${name} is ${JSON.stringify(given)}; expected a whole number of at least ${least}`);
  };
  return {
    seed: whole('seed', 0),
    seeds: whole('seeds', 1),
    processes: whole('processes', 2),
    accounts: whole('accounts', 1),
    seconds: whole('seconds', 1),
  };
}
