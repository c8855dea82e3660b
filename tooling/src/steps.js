// @ts-check

/**
 * @typedef {object} Outcome
 * @property {boolean} ok
 * @property {string} output Shown in full when the step failed.
 *
 * @typedef {object} Step A step that has begun, and may be running while others are shown.
 * @property {string} name
 * @property {Promise<Outcome & { ms: number }>} outcome Never rejects.
 */

/**
 * Begins a step. Nothing is printed before it is shown, so that steps can overlap and the output stays in order.
 *
 * @param {string} name
 * @param {() => Promise<Outcome>} work
 * @returns {Step}
 */
export function begin(name, work) {
  const startedAt = performance.now();
  const outcome = work()
    .catch((error) => ({ ok: false, output: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
    .then(({ ok, output }) => ({ ok, output, ms: performance.now() - startedAt }));
  return { name, outcome };
}

/**
 * Shows a step: its name, and once it is over how it ended.
 *
 * @param {Step} step
 * @returns {Promise<boolean>} Whether it went well.
 */
export async function show({ name, outcome }) {
  process.stdout.write(`\n# ${name}\n`);
  const { ok, output, ms } = await outcome;
  if (!ok) {
    process.stdout.write(`${output.trimEnd()}\n`);
  }
  process.stdout.write(`${ok ? 'ok' : 'FAILED'} (${formatSeconds(ms)})\n`);
  return ok;
}

/** @param {number} ms */
export function formatSeconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
