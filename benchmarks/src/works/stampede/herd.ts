import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Measurement, Services } from '../../harness/subject.js';
import { accessTokenOf, refreshTokenOf } from '../../token-server/accounts.js';
import type { MakeMember } from './member.js';

/** After how many milliseconds the server answers. */
export const ANSWER_AFTER_MS = 50;
export const path = '/v2/oauth/token/';

/** The pair that everybody begins with: its access token has run out. */
export function expiredPair(account: string) {
  return { accessToken: accessTokenOf(account, 0), refreshToken: refreshTokenOf(account, 0) };
}

/** What the callers of a herd got. */
export interface Outcome {
  readonly callers: number;
  /** Who got a token that is not the newest. */
  readonly stale: number;
  readonly failed: number;
  /** What the first of those who failed was told. */
  readonly why: string;
}

/** So many callers of the same account at once; each gets its access token or fails. */
export async function herd(
  { account, callers }: { readonly account: string; readonly callers: number },
  getToken: () => Promise<unknown>,
): Promise<Outcome> {
  const results = await Promise.allSettled(Array.from({ length: callers }, getToken));
  const newest = accessTokenOf(account, 1);
  const answered = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stale = answered.filter((token) => token !== newest).length;
  const [failure] = results.flatMap((result) => (result.status === 'rejected' ? [`${result.reason}`] : []));
  return { callers, stale, failed: results.length - answered.length, why: failure ?? '' };
}

const WARM_UP_HERDS = 3;

/** The same with accounts of its own, as often as it takes to be a process that has been running for a while. */
export async function warmUp(make: MakeMember, services: Services, callers: number): Promise<void> {
  for (let n = 0; n < WARM_UP_HERDS; n += 1) {
    const account = randomUUID();
    const { getToken, close } = await make(services, account);
    await herd({ account, callers }, getToken);
    await close();
  }
}

export function summed(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((sum, { callers, stale, failed, why }) => ({
    callers: sum.callers + callers,
    stale: sum.stale + stale,
    failed: sum.failed + failed,
    why: sum.why || why,
  }));
}

/** How often the server was asked to refresh the account. */
export async function requestsOf({ origin = '' }: Services, account: string): Promise<number> {
  const response = await fetch(`${origin}/requests/${account}`);
  return Number(await response.text());
}

/** Fails where nobody got anything: then nothing was measured. What else went wrong is in the table. */
export function expectOutcome(outcome: unknown): void {
  const { callers, failed, why } = Object(outcome);
  assert.ok(callers >= 1_000, `only ${callers} called`);
  assert.ok(failed < callers, `every caller failed: ${why}`);
}

export function countsOf(outcome: Outcome | undefined, requests: number): Measurement {
  return { requests, stale: outcome?.stale ?? 0, failed: outcome?.failed ?? 0 };
}
