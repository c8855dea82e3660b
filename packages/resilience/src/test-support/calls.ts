import { networkError } from '@tt/errors';
import { vi } from 'vitest';

/** A connection that broke: nobody knows whether the call had its effect. */
export const down = () => Promise.reject(networkError(Object.assign(new Error('x'), { code: 'ECONNRESET' })));

export const hang = () => new Promise<never>(() => undefined);

export const answer = () => Promise.resolve('ok');

/** Lets a call run to its end under the fake clock. */
export async function run<T>(call: Promise<T>): Promise<T> {
  const settled = Promise.allSettled([call]);
  await vi.advanceTimersByTimeAsync(30_000);
  await settled;
  return call;
}
