import { describe, expect, test } from 'vitest';
import { leftOut, sumUp, tallyVitest, type VitestFile } from './summary.js';

const projects = [{ name: '@tt/errors', folder: '/repo/packages/errors' }];

/** A file with one test for each status. */
function testFile(statuses: string[], file: Partial<VitestFile> = {}): VitestFile {
  return {
    name: '/repo/packages/errors/src/errors.test.ts',
    status: statuses.includes('failed') ? 'failed' : 'passed',
    assertionResults: statuses.map((status, index) => ({ fullName: `test ${index + 1}`, status })),
    ...file,
  };
}

function tally(testResults: VitestFile[], exitCode = 0) {
  return tallyVitest({ report: { testResults }, exitCode, projects });
}

describe('the tally of a vitest run', () => {
  test('counts each test', () => {
    expect(tally([testFile(['passed', 'passed', 'failed'])], 1)).toEqual({
      passed: 2,
      failed: 1,
      problems: [],
      skipped: [],
    });
  });

  test('names the tests that were skipped, without counting them', () => {
    expect(tally([testFile(['passed', 'skipped', 'todo'])])).toEqual({
      passed: 1,
      failed: 0,
      problems: [],
      skipped: ['/repo/packages/errors/src/errors.test.ts: test 2', '/repo/packages/errors/src/errors.test.ts: test 3'],
    });
  });

  test('takes a run without a report for a crash', () => {
    expect(tallyVitest({ report: undefined, exitCode: 0, projects })).toMatchObject({
      passed: 0,
      failed: 1,
      problems: [expect.stringContaining('no report')],
    });
  });

  test('counts a file that could not be loaded as a failure', () => {
    const broken = testFile([], { name: '/repo/x.test.ts', status: 'failed', message: 'SyntaxError: oops\n at x' });
    expect(tally([testFile(['passed']), broken], 1)).toMatchObject({
      passed: 1,
      failed: 1,
      problems: ['/repo/x.test.ts: could not be run: SyntaxError: oops'],
    });
  });

  test('counts a file as a failure when everything in it was skipped', () => {
    const idle = testFile(['skipped'], { name: '/repo/packages/errors/src/idle.test.ts' });
    expect(tally([testFile(['passed']), idle])).toMatchObject({
      passed: 1,
      failed: 1,
      problems: ['/repo/packages/errors/src/idle.test.ts: no test in it was executed'],
    });
  });

  test('counts a workspace without an executed test as a failure', () => {
    const elsewhere = testFile(['passed'], { name: '/repo/packages/errors-too/src/a.test.ts' });
    expect(tally([elsewhere])).toMatchObject({
      passed: 1,
      failed: 1,
      problems: ['@tt/errors: no test was executed'],
    });
  });

  test('counts a run of nothing as a failure', () => {
    const { passed, failed, problems } = tallyVitest({ report: { testResults: [] }, exitCode: 0, projects: [] });
    expect({ passed, failed, problems }).toEqual({ passed: 0, failed: 1, problems: ['no test was executed at all'] });
  });

  test('does not believe a failing exit code when every test passed', () => {
    expect(tally([testFile(['passed'])], 1)).toMatchObject({
      passed: 1,
      failed: 1,
      problems: [expect.stringContaining('exit code 1')],
    });
  });
});

describe('the last line', () => {
  test('sums all parts', () => {
    const parts = [
      { passed: 1, failed: 0 },
      { passed: 40, failed: 0 },
    ];
    expect(sumUp(parts)).toEqual({ line: '41 passed, 0 failed', exitCode: 0 });
  });

  test('fails when anything failed', () => {
    expect(sumUp([{ passed: 3, failed: 2 }])).toEqual({ line: '3 passed, 2 failed', exitCode: 1 });
  });

  test('fails when nothing ran', () => {
    expect(sumUp([])).toEqual({ line: '0 passed, 0 failed', exitCode: 1 });
  });
});

test('what was left out is said, with the command that runs it', () => {
  expect(leftOut(['a/soak.test.ts', 'b/race.test.ts'])).toBe(
    'left out: the long form of a/soak.test.ts, b/race.test.ts; npm run test:long runs it',
  );
  expect(leftOut([])).toBe('left out: nothing');
});
