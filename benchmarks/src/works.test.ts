import { describe, expect, test } from 'vitest';
import { versionOf } from './report/versions.js';
import { BEST_PEER } from './work.js';
import { works } from './works.js';

const comparisons = works.filter((work) => work.kind === 'comparison');
const cases = comparisons.flatMap((work) => work.cases.map((one) => ({ work: work.name, ...one })));

test('every benchmark has a name of its own, as one types it', () => {
  const names = works.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

describe.each(cases)('$work, $name', ({ contenders, aims }) => {
  const names = contenders.map(({ name }) => name);

  test('has contenders of different names, ours among them, of installed packages', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(contenders.some(({ role }) => role === 'ours')).toBe(true);
    for (const name of contenders.flatMap(({ packages }) => packages))
      expect(versionOf(name)).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('aims at contenders that it has', () => {
    for (const aim of aims) {
      expect(contenders.find(({ name }) => name === aim.ours)?.role).toBe('ours');
      if (aim.kind !== 'limit' && aim.than !== BEST_PEER) expect(names).toContain(aim.than);
    }
  });
});
