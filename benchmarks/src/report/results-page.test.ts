import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Section, withSection } from './results-page.js';

const names = ['first', 'second', 'third-one'];

function section(name: string, met: boolean, about = 'What it is.'): Section {
  const verdicts = [{ aim: 'an aim', met, measured: '1' }];
  const table = { title: 'a case', columns: ['', 'time'], rows: [['**ours**', '1 ns']], verdicts, notes: [] };
  return { name, title: `Title of ${name}`, about, tables: [table], circumstances: 'A machine.' };
}

function pageOf(...sections: readonly Section[]): string {
  return sections.reduce((page, one) => withSection(page, one, names), '');
}

describe('the results page', () => {
  test('has its sections in one order, however they came', () => {
    const page = pageOf(section('third-one', true), section('first', true));
    expect(page.indexOf('## Title of first')).toBeLessThan(page.indexOf('## Title of third-one'));
    expect(page).toContain('Again: `npm run bench third-one`.');
  });

  test('counts the aims of all sections', () => {
    expect(pageOf(section('first', true), section('second', false))).toContain('1 of 2 aims are met.');
  });

  test('replaces one section and leaves the others as they are', () => {
    const before = pageOf(section('first', false), section('second', true), section('third-one', true));
    const after = withSection(before, section('first', true, 'Measured anew.'), names);
    const rest = (page: string): string => page.slice(page.indexOf('<!-- begin second -->'));
    expect(rest(after)).toBe(rest(before));
    expect(after).toContain('Measured anew.');
    expect(after).not.toContain(
      'What it is.\n\n### a case\n\n|  | time |\n| --- | ---: |\n| **ours** | 1 ns |\n\n- **missed**',
    );
    expect(after).toContain('3 of 3 aims are met.');
  });

  test('drops the section of a benchmark that is gone', () => {
    expect(withSection(pageOf(section('first', true)), section('second', true), ['second'])).not.toContain('first');
  });

  test('is the same after writing the same section twice', () => {
    fc.assert(
      fc.property(fc.subarray(names, { minLength: 1 }), fc.string(), (chosen, about) => {
        const sections = chosen.map((name) => section(name, true, about));
        const page = pageOf(...sections);
        expect(pageOf(...sections, ...sections)).toBe(page);
      }),
    );
  });
});
