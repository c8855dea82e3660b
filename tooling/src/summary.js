// @ts-check

/**
 * @typedef {object} VitestReport What we read of vitest's JSON report (the format is jest's).
 * @property {VitestFile[]} testResults
 *
 * @typedef {object} VitestFile
 * @property {string} name The file's absolute path.
 * @property {'passed' | 'failed'} status `failed` also when the file could not be loaded.
 * @property {string} [message] Why it could not be loaded.
 * @property {{ fullName: string, status: string }[]} assertionResults
 *
 * @typedef {{ passed: number, failed: number }} Counts
 *
 * @typedef {object} Findings
 * @property {string[]} problems One line for each failure that is not a failed test.
 * @property {string[]} skipped One line for each test that did not run.
 */

/**
 * Counts what vitest reports, and holds against it what a glance at "no failures" would miss: a crash without a
 * report, a file that did not load, a suite in which nothing ran, an error outside any test. Each counts as one
 * failure.
 *
 * @param {object} run
 * @param {VitestReport | undefined} run.report `undefined` when vitest left none.
 * @param {number} run.exitCode
 * @param {{ name: string, folder: string }[]} run.projects The workspaces that must have run tests, with their
 *   absolute folders.
 * @returns {Counts & Findings}
 */
export function tallyVitest({ report, exitCode, projects }) {
  if (report === undefined) {
    return { passed: 0, failed: 1, problems: [`vitest left no report (exit code ${exitCode})`], skipped: [] };
  }
  const files = report.testResults.map(tallyFile);
  const tally = {
    passed: files.reduce((sum, file) => sum + file.passed, 0),
    failedTests: files.reduce((sum, file) => sum + file.failed, 0),
    problems: files.flatMap(({ problem }) => problem ?? []),
    skipped: files.flatMap(({ skipped }) => skipped),
  };
  for (const { name, folder } of projects) {
    const executed = files
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .reduce((sum, file) => sum + file.passed + file.failed, 0);
    if (executed === 0) {
      tally.problems.push(`${name}: no test was executed`);
    }
  }
  if (tally.passed + tally.failedTests === 0) {
    tally.problems.push('no test was executed at all');
  }
  if (exitCode !== 0 && tally.failedTests + tally.problems.length === 0) {
    tally.problems.push(`vitest ended with exit code ${exitCode} though every test passed: an error outside the tests`);
  }
  return {
    passed: tally.passed,
    failed: tally.failedTests + tally.problems.length,
    problems: tally.problems,
    skipped: tally.skipped,
  };
}

/** @param {VitestFile} file */
function tallyFile({ name, status, message, assertionResults }) {
  const path = name.replaceAll('\\', '/');
  const passed = assertionResults.filter((test) => test.status === 'passed').length;
  const failed = assertionResults.filter((test) => test.status === 'failed').length;
  const skipped = assertionResults
    .filter((test) => test.status !== 'passed' && test.status !== 'failed')
    .map((test) => `${path}: ${test.fullName}`);
  /** @type {string | undefined} */
  let problem;
  if (status === 'failed' && failed === 0) {
    problem = `${path}: could not be run: ${message?.split('\n')[0] || 'see above'}`;
  } else if (passed + failed === 0) {
    problem = `${path}: no test in it was executed`;
  }
  return { path, passed, failed, skipped, problem };
}

/**
 * The line of `npm test` before the last: what it did not do.
 *
 * @param {string[]} longSuites
 */
export function leftOut(longSuites) {
  return longSuites.length === 0
    ? 'left out: nothing'
    : `left out: the long form of ${longSuites.join(', ')}; npm run test:long runs it`;
}

/**
 * The last line of `npm test`.
 *
 * @param {Counts[]} parts
 * @returns {{ line: string, exitCode: number }}
 */
export function sumUp(parts) {
  const passed = parts.reduce((sum, part) => sum + part.passed, 0);
  const failed = parts.reduce((sum, part) => sum + part.failed, 0);
  return { line: `${passed} passed, ${failed} failed`, exitCode: failed === 0 && passed > 0 ? 0 : 1 };
}
