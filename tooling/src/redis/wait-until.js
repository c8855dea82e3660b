// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither false nor undefined, and gives that. An attempt that fails counts as
 * a no.
 *
 * @template T
 * @param {string} what Completes "waited 20 s for ...".
 * @param {() => Promise<T | false | undefined>} attempt
 * @param {number} [timeoutMs] Default: 20,000 ms.
 * @returns {Promise<T>}
 */
export async function waitUntil(what, attempt, timeoutMs = 20_000) {
  const deadline = Date.now() + timeoutMs;
  /** @type {unknown} */
  let cause;
  for (;;) {
    try {
      const found = await attempt();
      if (found !== false && found !== undefined) {
        return found;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeoutMs / 1_000} s for ${what}`, { cause });
    }
    await sleep(20);
  }
}
