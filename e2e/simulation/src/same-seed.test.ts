import { expect, it } from 'vitest';
import { describe } from './happening.js';
import { simulate } from './simulate.js';

/** Everything that happens in three weeks, a line each. */
async function story(seed: number): Promise<readonly string[]> {
  const lines: string[] = [];
  await simulate({
    seed,
    accounts: 6,
    days: 21,
    onHappening: (happening) => lines.push(describe(happening)),
  });
  return lines;
}

it('the same seed gives the same run, to the letter; another seed another', async () => {
  const first = await story(7);
  expect(first.length).toBeGreaterThan(1_000);
  expect(await story(7)).toEqual(first);
  expect(await story(8)).not.toEqual(first);
});
