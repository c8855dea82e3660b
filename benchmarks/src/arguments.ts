import { parseArgs } from 'node:util';

/** What `npm run bench` is told. */
export interface Arguments {
  /** The works to measure. */
  readonly names: readonly string[];
  readonly quick: boolean;
}

export function usage(names: readonly string[]): string {
  return `usage: npm run bench [name ...] [-- --quick]

  name     ${names.join(', ')} (default: all)
  --quick  few and short rounds, printed and not written to RESULTS.md`;
}

/** @throws TypeError naming the argument that is wrong. */
export function readArguments(args: readonly string[], names: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false } },
  });
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`there is no benchmark ${JSON.stringify(unknown)}; there are ${names.join(', ')}`);
  }
  return { names: positionals.length === 0 ? names : positionals, quick: values.quick };
}
